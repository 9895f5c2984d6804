"""Random histories in the language of the transcripts, so that what shrinks can be read.

Three images: `web` and `db`, which may be acted for, and `seen`, which is only observed.
"""

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from builders import MINUTE, an_id
from story import Story
from unheard import UNHEARD

WEST, NORTH, EAST = "westeurope", "northeurope", "eastus"
FLEET = (
    f"image web: web-west@{WEST}, web-north@{NORTH}, web-east@{EAST}",
    f"image db: db-west@{WEST}, db-east@{EAST}, db-north@{NORTH}",
    f"image seen in mode observe: seen-west@{WEST}, seen-north@{NORTH}",
    f"image lone in mode observe: lone-west@{WEST}",
)
PRIMARIES = ("web-west", "db-west", "seen-west")
SECONDARIES = ("web-north", "web-east", "db-east", "db-north", "seen-north")
PAST = tuple(
    f"{name} built well 2d ago" for name in ("web-west", "seen-west", *SECONDARIES, "lone-west")
)
"""The primary of `db` never built: only others can speak for it."""
BEGIN = "at 12:00"

texts = UNHEARD.filter(str.isprintable).filter(bool)
KNOWN = ("internal error", "no room", "script")


def lines(*choices: Sequence[str]) -> st.SearchStrategy[str]:
    """Return a strategy of lines that are made of one word of each sequence."""
    return st.tuples(*(st.sampled_from(each) for each in choices)).map(" ".join)


ANSWERS = (
    "next answer: refused, nothing begins",
    "next answer: unclear, nothing begins",
    "next answer: unclear, a run begins, unseen for 4m",
    "next answer: unclear, a run begins",
    "next answer: began, nothing begins",
    "next answer: began, a run begins, unseen for 2m",
    "the daemon dies after its next request",
)
WAITS = lines(("wait",), ("1m", "4m", "7m", "15m"))
RARE = st.one_of(
    lines((WEST, NORTH, EAST), ("goes",), ("dark", "light")),
    lines(("we are",), ("blind", "sighted", "sighted")),
    lines(("notice on",), (WEST, NORTH)),
    lines(("pause",), ("all:", f"region:{WEST}:", f"region:{NORTH}:", "image:web:"), ("why",)),
    lines(("resume",), ("all", f"region:{WEST}", f"region:{NORTH}", "image:web")),
    lines(("web-north", "db-west"), ("is published by hand",)),
    lines(("the daemon restarts",)),
    lines(PRIMARIES, ("runs", "succeeds", "is canceled", "succeeds partly")),
)
HAPPENINGS = st.one_of(
    WAITS,
    WAITS,
    WAITS,
    lines(ANSWERS),
    lines(PRIMARIES, ("fails:",), ("internal error", "internal error", "no room", "script")),
    lines(SECONDARIES, ("fails:",), ("internal error", "no room", "no room", "script")),
    lines(("web-north", "db-east"), ("fails:",), ("internal error", "no room", "no room")),
    lines(SECONDARIES, ("runs", "succeeds", "succeeds", "succeeds partly", "is canceled")),
    lines(("web-north", "db-east"), ("succeeds",)),
    RARE,
)
PRELUDES = st.sampled_from(
    [
        [],
        [],
        ["policy max_hops=0"],
        ["policy total=1"],
        ["policy per_region=1", "policy cooldown=10m"],
        ["policy lost_run=4m", "a good build of web is expected every 24h"],
        ["policy stuck_policy=failover", "policy lost_run=4m"],
        ["web-north runs"],
        ["pause image:db: why", "the daemon restarts"],
        ["db-east fails: internal error", "web-north fails: internal error", "wait 1m"],
    ]
)
"""What may be the matter before: other bounds, a busy secondary, other regions ill."""
TROUBLE = st.tuples(
    lines(ANSWERS),
    lines(("web-west fails:", "db-west fails:"), ("internal error", "no room")),
    lines(("web-west fails:", "db-west fails:"), ("internal error", "no room")),
    st.sampled_from(["wait 1m", "wait 4m", "wait 11m"]),
).map(list)
"""What most histories begin with: an answer that is bad, and failures that are the platform's."""
LOST = st.sampled_from(
    [
        [
            *("web-west runs", "db-west fails: internal error", "seen-west fails: internal error"),
            *("wait 4m", f"{WEST} goes dark", "wait 7m"),
        ],
        [
            *("web-west runs", "seen-west fails: internal error", f"{WEST} goes dark"),
            *(f"notice on {WEST}", "wait 15m"),
        ],
    ]
)
"""A run that goes on when its region is out and dark."""
histories = st.tuples(
    PRELUDES, st.one_of(TROUBLE, TROUBLE, LOST, st.just([])), st.lists(HAPPENINGS, max_size=30)
).map(lambda parts: [line for part in parts for line in part])


def begun(fleet: Iterable[str] = FLEET, past: Iterable[str] = PAST) -> Story:
    """Return a story at noon, in which all is well."""
    story = Story()
    for line in (*fleet, *past, BEGIN):
        story.do(line)
    return story


def happen(story: Story, line: str) -> None:
    """Let one thing happen, if it can: a run ends only if there is one, and never at its start."""
    word = line.split(" ", 1)[0]
    template = story.azure.templates.get(an_id(word)) if "-" in word else None
    begun_now = template is not None and template.run and template.run.started >= story.now
    if line.endswith(" runs") and begun_now:
        return  # its start is a run's only identity: there are no two at one instant
    ends = template is not None and not line.endswith((" runs", " by hand"))
    if ends and template is not None and not template.busy:
        if template.run is not None and template.run.started >= story.now:
            return
        story.azure.begin(template.id, story.now)
    story.do(line)


def lived(story: Story, history: Iterable[str]) -> Story:
    """Return the story after this history, with a cycle after each thing that happened.

    Each thing happens a second after the cycle before: of two reads of one instant the one that
    worked counts, so that what happens in between would not be seen.
    """
    for line in history:
        story.now += MINUTE / 60
        happen(story, line)
        story.loop.cycle(story.now)
    return story
