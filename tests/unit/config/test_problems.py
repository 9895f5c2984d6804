"""Every mistake is refused in words: place, key, value, limit and remedy."""

from itertools import pairwise
from pathlib import Path

import pytest

from aibwatch.config.known import keys_at, sections
from aibwatch.config.load import load
from aibwatch.config.problems import KeyPath, Problem, Where
from aibwatch.errors import ConfigError
from unit.config.fragments import problems_of, settings_of, template, written

AUTO = f"images: [{{name: a, mode: auto, templates: ['{template('a')}', '{template('b')}']}}]"


BOMB = "".join(
    f"{name}: &{name} [{', '.join(['*' + below] * 10) if below else 'x'}]\n"
    for below, name in pairwise(("", *"abcdefgh"))
)
"""A few lines that stand for ten million values."""

ROW = "detection: {{signatures: [{{name: {name}, pattern: '{pattern}', cause: {cause}}}]}}"


@pytest.mark.parametrize(
    ("name", "pattern", "cause", "problem"),
    [
        ("a", "(", "quota", "pattern: '(' is no regular expression (missing ), unterminated"),
        ("a", "x?", "quota", "pattern: 'x?' matches every text; write what must stand in"),
        ("a", "x.*y", "quota", "pattern: 'x.*y' repeats without a bound (*); write {0,200}"),
        ("a", "(a{1,9}){1,9}", "quota", "repeats what repeats already; write the inner part out"),
        ("A-b", "x", "quota", "name: 'A-b' is no name of a signature; use up to 40 of a-z"),
        ("a", "x", "quotas", "cause: 'quotas' is none of outage, capacity, transient"),
    ],
)
def test_a_row_of_ones_own_is_refused_in_words(
    tmp_path: Path, name: str, pattern: str, cause: str, problem: str
) -> None:
    """A pattern that is wrong, matches all or could cost much; a name; a cause."""
    text = ROW.format(name=name, pattern=pattern, cause=cause)

    (found,) = problems_of(tmp_path, text)

    assert found.startswith("a.yaml:1: detection.signatures[0].")
    assert problem in found


def test_two_rules_for_one_region_are_refused(tmp_path: Path) -> None:
    """Which of them would hold?"""
    (found,) = problems_of(tmp_path, "replicate: [{region: westeurope}, {region: West Europe}]")

    assert found == (
        "a.yaml:1: replicate[1].region: westeurope is also the region of replicate[0]; keep one"
        " rule for each"
    )


def test_two_rows_of_one_name_are_refused(tmp_path: Path) -> None:
    """Peers and journals tell rows by their names."""
    row = "{name: a, pattern: x, cause: quota}"

    (found,) = problems_of(tmp_path, f"detection: {{signatures: [{row}, {row}]}}")

    assert "'a' is also the name of detection.signatures[0]; names must differ" in found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "poll: {intervall: 5s}",
            "a.yaml:1: poll.intervall: is no key; did you mean interval?",
        ),
        ("\npol: {}", "a.yaml:2: pol: is no key; did you mean poll?"),
        (
            "failover: {debounce: 5m}",
            "a.yaml:1: failover.debounce: is no key; did you mean detection.debounce?",
        ),
        (
            "readiness: {xyzzy: 5m}",
            "a.yaml:1: readiness.xyzzy: is no key; here can be interval, max_age",
        ),
        (
            "images:\n  - name: a\n    colour: red\n    templates: ['" + template("a") + "']",
            (
                "a.yaml:3: images[0].colour: is no key; here can be name, templates, mode,"
                " priority, evidence, allowed_regions, allowed_geographies, required_regions,"
                " expect_every, schedule, drill, tolerate, allow_drift"
            ),
        ),
        (
            "images: [{name: a, tolerate: [residency], templates: ['" + template("p") + "']}]",
            (
                "a.yaml:1: images[0].tolerate[0]: 'residency' is no readiness item that may be"
                " tolerated; these are: distribute_target, gallery_home, identity, independence,"
                " no_drift, permission, source, staging, subnet, version_free, vm_size, and"
                " independence/NAME for one thing alone"
            ),
        ),
        (
            "images: [{name: a, allow_drift: [vmSize], templates: ['" + template("p") + "']}]",
            (
                "a.yaml:1: images[0].allow_drift[0]: 'vmSize' is no path of a recipe; write it as"
                " readiness and `aibwatch templates diff` do, such as $.vmProfile.vmSize or"
                " $.customize[*].name"
            ),
        ),
        (
            "poll: {interval: 60}",
            (
                "a.yaml:1: poll.interval: 60 is no duration; write a whole number and a unit:"
                " 500ms, 30s, 5m, 6h or 2d"
            ),
        ),
        (
            "poll: {active_interval: 50ms}",
            (
                "a.yaml:1: poll.active_interval: '50ms' is out of bounds; a duration is between"
                " 100ms and 3650d"
            ),
        ),
        (
            "poll: 60s",
            (
                "a.yaml:1: poll: '60s' is no section; its keys are interval, active_interval,"
                " health_interval, max_age"
            ),
        ),
        (
            "detection: {families: 1}",
            "a.yaml:1: detection.families: 1 is too small; it must be at least 2",
        ),
        (
            "detection: {families: 7}",
            "a.yaml:1: detection.families: 7 is too large; it must be at most 6",
        ),
        (
            "detection: {families: true}",
            (
                "a.yaml:1: detection.families: true is no whole number of up to nine digits; write"
                " one, such as 10"
            ),
        ),
        (
            "detection: {services: AIB}",
            ("a.yaml:1: detection.services: 'AIB' is no list; write [a, b] or one '- item' a line"),
        ),
        (
            "failover: {per_day: 0}",
            (
                "a.yaml:1: failover.per_day: 0 is neither auto nor a whole number from 1 to"
                " 999999999"
            ),
        ),
        (
            "failover: {warmup_sweeps: 0}",
            "a.yaml:1: failover.warmup_sweeps: 0 is too small; it must be at least 1",
        ),
        (
            "log: {level: verbose}",
            "a.yaml:1: log.level: 'verbose' is none of debug, info, warning, error",
        ),
        (
            "azure: {endpoint: 'http://arm.example'}",
            (
                "a.yaml:1: azure.endpoint: 'http://arm.example' is no endpoint; write"
                " https://host or https://host:port (http is refused: tokens)"
            ),
        ),
        (
            "subscriptions: [mine]",
            (
                "a.yaml:1: subscriptions[0]: 'mine' is no subscription id; it should look like"
                " 00000000-0000-0000-0000-000000000000"
            ),
        ),
        (
            "http: {listen: '9877'}",
            (
                "a.yaml:1: http.listen: '9877' is no address to listen on; write host:port, such"
                " as 127.0.0.1:9877 or [::1]:9877"
            ),
        ),
        (
            "http: {token_file: secrets/token}",
            "a.yaml:1: http.token_file: the value is no absolute path; begin it with /",
        ),
        (
            "azure: {ca_file: ca.pem}",
            "a.yaml:1: azure.ca_file: 'ca.pem' is no absolute path; begin it with /",
        ),
        (
            "canary: {on_suspicion: maybe}",
            "a.yaml:1: canary.on_suspicion: 'maybe' is neither true nor false",
        ),
        (
            "subscriptions: [null]",
            "a.yaml:1: subscriptions[0]: null is no text; write it",
        ),
        (
            "poll: {interval: 2026-01-01}",
            (
                "a.yaml:1: poll.interval: 2026-01-01 is no duration; write a whole number and a"
                " unit: 500ms, 30s, 5m, 6h or 2d"
            ),
        ),
        (
            "store: {url: 'sqlite:///a.db'}",
            (
                "a.yaml:1: store.url: 'sqlite:///a.db' is no store; write sqlite:// and an"
                " absolute path, such as sqlite:////data/a.db, or a container, such as"
                " https://account.blob.core.windows.net/aibwatch"
            ),
        ),
        (
            "azure: {credential: {token: hush}}",
            (
                "a.yaml:1: azure.credential.token: is only for azure.credential.kind static, not"
                " auto; take it out"
            ),
        ),
        (
            "azure: {endpoint: 'https://arm', credential: {kind: static}}",
            "a.yaml:1: azure.credential.kind: static needs azure.credential.token",
        ),
        (
            "azure: {credential: {kind: static, token: hush}}",
            (
                "a.yaml:1: azure.credential.kind: static is only for a custom endpoint; set"
                " azure.endpoint, or use kind auto"
            ),
        ),
        (
            "azure: {credential: {kind: cli, client_id: x}}",
            (
                "a.yaml:1: azure.credential.client_id: means nothing with azure.credential.kind"
                " cli; take it out"
            ),
        ),
    ],
)
def test_a_wrong_value_is_the_one_problem(tmp_path: Path, text: str, problem: str) -> None:
    """Each mistake alone gives exactly its own words."""
    assert problems_of(tmp_path, text) == [problem]


@pytest.mark.parametrize(
    "fragment",
    [
        "detection: {self_suspect_share: 0}",
        "detection: {self_suspect_share: 1.5}",
        "detection: {self_suspect_share: .nan}",
        "detection: {self_suspect_share: 1/0}",
        "detection: {self_suspect_share: true}",
    ],
)
def test_a_share_is_above_0_and_up_to_1(tmp_path: Path, fragment: str) -> None:
    """A share that no count can reach, or that every count reaches, is no share."""
    (problem,) = problems_of(tmp_path, fragment)

    assert problem.endswith("is no share; write a number above 0 and up to 1, such as 0.5")


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https://a b",
        "https://x?y=1",
        "https://x:99999",
        "https://u:p@x",
        "arm.example",
        "https://x:0",
        "https://a..b",
        "https://x/sub",
        "https://[::1",
    ],
)
def test_what_is_no_https_address_is_no_endpoint(tmp_path: Path, url: str) -> None:
    """Tokens are sent there, so the address must be beyond doubt."""
    (problem,) = problems_of(tmp_path, f"azure: {{endpoint: '{url}'}}")

    assert "is no endpoint" in problem


@pytest.mark.parametrize(
    "url",
    [
        "https://account.blob.core.windows.net",
        "https://account.blob.core.windows.net/Store",
        "https://account.blob.core.windows.net/ab",
        "https://account.blob.core.windows.net/a--b",
        "https://account.blob.core.windows.net/store/",
        "https://account.blob.core.windows.net/store?sig=x",
        "https://u:p@account.blob.core.windows.net/store",
        "sqlite://relative.db",
    ],
)
def test_what_is_neither_file_nor_container_is_no_store(tmp_path: Path, url: str) -> None:
    """A container's name is as Storage permits it; a signed URL is none, as it would be shown."""
    (problem,) = problems_of(tmp_path, f"store: {{url: '{url}'}}")

    assert "is no store" in problem


@pytest.mark.parametrize("lease", ["14s", "61s", "20500ms", "forever"])
def test_a_lease_is_one_that_storage_permits(tmp_path: Path, lease: str) -> None:
    """Whole seconds, from 15 to 60."""
    (problem,) = problems_of(tmp_path, f"store: {{lease: {lease}}}")

    assert problem.startswith("a.yaml:1: store.lease: ")


SHARED = "url: 'https://account.blob.core.windows.net/store'"


@pytest.mark.parametrize(
    ("fragment", "problem"),
    [
        (
            f"store: {{{SHARED}, lease: 25s}}",
            (
                "a.yaml:1: failover.request_timeout: failover.request_timeout (20s) and 5s more"
                " must be less than store.lease (25s); lower the one or raise the other"
            ),
        ),
        (
            "store: {connection_string: hush}",
            (
                "a.yaml:1: store.connection_string: is only for a container in store.url; take it"
                " out"
            ),
        ),
        (
            "store: {url: 'http://127.0.0.1:10000/account/store'}",
            (
                "a.yaml:1: store.url: http is only with store.connection_string, for an emulator:"
                " tokens need https"
            ),
        ),
    ],
)
def test_what_must_hold_between_the_keys_of_a_store(
    tmp_path: Path, fragment: str, problem: str
) -> None:
    """A request must have ended before another replica can lead (PROMISES S42)."""
    assert problems_of(tmp_path, fragment) == [problem]


@pytest.mark.parametrize(
    "listen",
    [":80", "::1:80", "a:", "a:70000", "a:-1", "[::1]", "[a]:1x", "a..b:1", "a b:1", ".a:1"],
)
def test_what_is_no_host_and_port_cannot_be_listened_on(tmp_path: Path, listen: str) -> None:
    """A bare IPv6 address is ambiguous and must have brackets."""
    (problem,) = problems_of(tmp_path, f"http: {{listen: '{listen}'}}")

    assert "is no address to listen on" in problem


@pytest.mark.parametrize("name", ["Ubuntu", "a b", "", "-a", "a/b", "ä", "x" * 64, "a\n"])
def test_a_bad_image_name_is_refused(tmp_path: Path, name: str) -> None:
    """Names go into paths, labels and commands."""
    quoted = name.replace("\n", "\\n")
    (problem,) = problems_of(
        tmp_path, f"images:\n- templates: ['{template('a')}']\n  name: \"{quoted}\""
    )

    assert problem.startswith("a.yaml:3: images[0].name: ")
    assert "is no image name; use up to 63 of a-z, 0-9" in problem


def test_a_name_that_yaml_takes_for_a_number_must_be_quoted(tmp_path: Path) -> None:
    """22.04 is a number to YAML, and 22.10 would become 22.1."""
    (problem,) = problems_of(tmp_path, f"images: [{{name: 22.04, templates: ['{template('a')}']}}]")

    assert problem == "a.yaml:1: images[0].name: 22.04 is no text; put it in quotes"


def test_a_template_id_that_is_none_is_refused(tmp_path: Path) -> None:
    """The form is shown, and how to get the right one."""
    (problem,) = problems_of(tmp_path, "images:\n- name: a\n  templates:\n  - ubuntu-2204")

    assert problem == (
        "a.yaml:4: images[0].templates[0]: 'ubuntu-2204' is no image template id; it should"
        " look like /subscriptions/<guid>/resourceGroups/<group>/providers/"
        "Microsoft.VirtualMachineImages/imageTemplates/<name>, the name of up to 64 letters,"
        " digits, '_', '.', '-' (az image builder show --query id prints it)"
    )


def test_an_image_needs_a_name_and_a_template(tmp_path: Path) -> None:
    """What is missing is told at the image's own line."""
    assert problems_of(tmp_path, "images:\n- mode: auto\n- {name: b, templates: []}") == [
        "a.yaml:2: images[0].name: is missing; write it",
        "a.yaml:2: images[0].templates: is missing; write it",
        "a.yaml:3: images[1].templates: [] is empty; name at least the primary",
    ]


@pytest.mark.parametrize("item", ["5", "text", "[]", "null"])
def test_an_image_that_is_no_section_is_refused(tmp_path: Path, item: str) -> None:
    """The keys of an image are shown instead."""
    (problem,) = problems_of(tmp_path, f"images: [{item}]")

    assert "is no section; its keys are name, templates, mode" in problem


def test_the_same_template_twice_in_one_image_is_refused(tmp_path: Path) -> None:
    """Also if it is written in another case: Azure compares without regard to it."""
    one, other = template("a"), template("A").upper()
    text = f"images:\n- name: a\n  templates:\n  - {one}\n  - {other}"

    assert problems_of(tmp_path, text) == [
        (
            "a.yaml:5: images[0].templates[1]: is the same template as images[0].templates[0];"
            " a template belongs to one place"
        )
    ]


def test_the_same_template_in_two_images_is_refused(tmp_path: Path) -> None:
    """Two images would start it against each other."""
    text = f"""images:
- {{name: a, templates: ['{template("a")}', '{template("b")}']}}
- {{name: b, templates: ['{template("c")}', '{template("b")}']}}
"""

    assert problems_of(tmp_path, text) == [
        (
            "a.yaml:3: images[1].templates[1]: is the same template as images[0].templates[1];"
            " a template belongs to one place"
        )
    ]


def test_two_images_of_one_name_are_refused(tmp_path: Path) -> None:
    """A name stands for one image."""
    text = f"""images:
- {{name: a, templates: ['{template("a")}']}}
- {{name: a, templates: ['{template("b")}']}}
"""

    assert problems_of(tmp_path, text) == [
        "a.yaml:3: images[1].name: 'a' is also the name of images[0]; names must differ"
    ]


def test_auto_needs_a_secondary(tmp_path: Path) -> None:
    """An image that could never fail over must not claim to."""
    (problem,) = problems_of(
        tmp_path, f"images: [{{name: a, mode: auto, templates: ['{template('a')}']}}]"
    )

    assert problem == (
        "a.yaml:1: images[0].mode: auto needs a secondary, and a has one template only; add"
        " a second to templates, or set mode to advise"
    )


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("poll: {active_interval: 2m}", "poll.active_interval (2m)", "poll.interval (1m)"),
        ("poll: {interval: 76s}", "twice poll.interval (76s)", "poll.max_age (150s)"),
        ("poll: {max_age: 31m}", "poll.max_age (31m)", "detection.window (30m)"),
        ("detection: {debounce: 31m}", "detection.debounce (31m)", "detection.window (30m)"),
        ("readiness: {max_age: 14m}", "readiness.interval (15m)", "readiness.max_age (14m)"),
        (
            "failover: {max_failure_age: 13h}",
            "failover.max_failure_age (13h)",
            "failover.incident_failure_age (12h)",
        ),
    ],
)
def test_a_broken_relation_names_both_keys(tmp_path: Path, text: str, low: str, high: str) -> None:
    """Also when only one of them is written down and the other is a default (PROMISES S42)."""
    (problem,) = problems_of(tmp_path, text)

    assert problem.startswith("a.yaml:1: ")
    assert f"{low} must not be more than {high}; lower the one or raise the other" in problem


@pytest.mark.parametrize(
    "text",
    [
        "poll: {active_interval: 60s}",
        "poll: {interval: 75s}",
        "poll: {max_age: 30m}",
        "detection: {debounce: 30m}",
        AUTO,
    ],
)
def test_the_limits_themselves_are_allowed(tmp_path: Path, text: str) -> None:
    """Each relation refuses what is beyond it and nothing else."""
    broken = "\nlog: {level: loud}"

    (problem,) = problems_of(tmp_path, text + broken)

    assert "log.level" in problem


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Wrong values, unknown keys, duplicates, relations and variables: one run shows them all."""
    text = f"""poll:
  interval: 100s
  intervall: 1s
  interval: 5s
detection: {{window: soon, families: 0}}
images:
- {{name: A, templates: [nope]}}
- {{name: b, templates: ['{template("b")}']}}
- {{name: b, mode: auto, templates: ['{template("b")}', '{template("c")}']}}
"""
    variables = {"AIBWATCH_LOG__LEVEL": "loud", "AIBWATCH_POL__INTERVAL": "5s"}

    problems = problems_of(tmp_path, text, variables)

    assert [each.partition(" is ")[0].partition(": twice")[0] for each in problems] == [
        "a.yaml:2: poll.interval",
        "a.yaml:3: poll.intervall:",
        "a.yaml:4: poll.interval:",
        "a.yaml:5: detection.families: 0",
        "a.yaml:5: detection.window: 'soon'",
        "a.yaml:7: images[0].name: 'A'",
        "a.yaml:7: images[0].templates[0]: 'nope'",
        "a.yaml:9: images[2].name: 'b'",
        "a.yaml:9: images[2].templates[0]:",
        "AIBWATCH_LOG__LEVEL: log.level: 'loud'",
        "AIBWATCH_POL__INTERVAL:",
    ]


def test_names_and_positions_on_one_line_have_an_order() -> None:
    """A list stands where a section belongs, and a default of that section is wrong as well."""
    place = Where("a.yaml", 1)
    problems = [
        Problem(place, ("store", 0, "a"), "is here twice"),
        Problem(place, ("store", "url"), "is none"),
    ]

    assert sorted(problems, key=lambda each: each.order) == problems[::-1]


def test_the_files_of_a_section_that_is_wrong_are_not_looked_at(tmp_path: Path) -> None:
    """They would be those of its defaults, which nobody named."""
    (problem,) = problems_of(tmp_path, "store: 5", files=True)

    assert "store: the value is no section; its keys are url" in problem


def test_a_relation_with_a_wrong_value_is_not_judged(tmp_path: Path) -> None:
    """The default in place of a wrong value must not make up a second problem."""
    (problem,) = problems_of(tmp_path, "poll: {max_age: 2h}\ndetection: {window: two}")

    assert "detection.window: 'two' is no duration" in problem


def test_a_problem_of_a_variable_names_the_variable(tmp_path: Path) -> None:
    """It is no use to send somebody into the file."""
    problems = problems_of(
        tmp_path,
        "poll: {interval: 5s}",
        {"AIBWATCH_POLL__INTERVAL": "soon", "AIBWATCH_SUBSCRIPTIONS": "[oops"},
    )

    assert problems == [
        (
            "AIBWATCH_POLL__INTERVAL: poll.interval: 'soon' is no duration; write a whole number"
            " and a unit: 500ms, 30s, 5m, 6h or 2d"
        ),
        (
            "AIBWATCH_SUBSCRIPTIONS: subscriptions: '[oops' is no list; write [a, b] or one '-"
            " item' a line"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("AIBWATCH_POLL_INTERVAL", "AIBWATCH_POLL__INTERVAL"),
        ("AIBWATCH_POLL__INTERVALL", "AIBWATCH_POLL__INTERVAL"),
        ("AIBWATCH_CONFG", "AIBWATCH_CONFIG"),
        ("AIBWATCH_AZURE__CREDENTIAL__CLIENTID", "AIBWATCH_AZURE__CREDENTIAL__CLIENT_ID"),
        ("AIBWATCH_IMAGES__0", "AIBWATCH_IMAGES"),
    ],
)
def test_an_unknown_variable_is_an_error_with_the_nearest_name(
    tmp_path: Path, name: str, near: str
) -> None:
    """A variable that nobody reads would be believed to work."""
    assert problems_of(tmp_path, "", {name: "5s"}) == [
        f"{name}: is no variable that aibwatch knows; did you mean {near}?"
    ]


def test_an_unknown_variable_is_told_beside_a_file_that_is_no_yaml(tmp_path: Path) -> None:
    """All at once: who has mended the file should not find the next mistake only then."""
    problems = problems_of(tmp_path, "poll: [", {"AIBWATCH_POLL_INTERVAL": "5s"})

    assert [each.partition(": ")[0] for each in problems] == ["AIBWATCH_POLL_INTERVAL", "a.yaml:1"]


def test_an_unknown_variable_like_nothing_is_an_error_too(tmp_path: Path) -> None:
    """Then the list of all is named."""
    assert problems_of(tmp_path, "", {"AIBWATCH_XYZZY_PLUGH": "1"}) == [
        "AIBWATCH_XYZZY_PLUGH: is no variable that aibwatch knows; docs/configuration.md lists them"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1\nb: 2", "a.yaml:2: is no YAML: "),
        ("poll:\n\tinterval: 5s", "a.yaml:2: is no YAML: "),
        ("- a\n- b", "a.yaml:1: must be sections of keys, not a list or text"),
        ("just text", "a.yaml:1: must be sections of keys, not a list or text"),
        ("log: {}\n---\nlog: {}", "a.yaml:2: is no YAML: "),
        ("log: {}\n1: 2", "a.yaml:2: the key '1' is no text to YAML; put it in quotes"),
        ("log: {}\non: 2", "a.yaml:2: the key 'on' is no text to YAML; put it in quotes"),
        ("log: {}\n? [a]\n: b", "a.yaml:2: a list or a section is no key; write a word"),
        (
            "log: &a {}\nhttp: {<<: *a}",
            "a.yaml:2: http: merge keys (<<) are not understood; write the keys out",
        ),
        (
            f"images: {'[' * 600}{']' * 600}",
            "a.yaml: holds values in one another more than 50 deep; is it the right file?",
        ),
        (
            f"images: {'[' * 60}{']' * 60}",
            "a.yaml: holds values in one another more than 50 deep; is it the right file?",
        ),
        (
            BOMB,
            (
                "a.yaml: holds more than 250000 values, with each alias (*name) counted; is it"
                " the right file?"
            ),
        ),
        ("log: {}\nlog: {}", "a.yaml:2: log: is here twice, first in line 1; keep one"),
        ("images: &a [*a]", "a.yaml:1: images[0]: contains itself"),
        ("log: {level: !!python/name:os.system x}", "a.yaml:1: log.level: 'x' cannot be"),
        ("log: {level: 2024-13-45}", "a.yaml:1: log.level: '2024-13-45' cannot be read: "),
        ("log: \x00", "a.yaml: is no YAML: "),
    ],
)
def test_broken_yaml_is_told_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    """Never a traceback, whatever is in the file."""
    problems = problems_of(tmp_path, text)

    assert problems[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("poll:\n\tinterval: 5s", "indent with spaces, never tabs"),
        ("images:\n  - name: a: b", "see to the indentation, and put text with ': ' in quotes"),
        ("images:\n  - name: a\n   mode: auto", "see to the indentation"),
        ("poll: {}\nlog\nhttp: {}", "see to the indentation, and put ': ' behind each key"),
        ("log: {}\n---\nlog: {}", "keep one, without --- between"),
    ],
)
def test_the_most_common_mistakes_have_their_own_advice(
    tmp_path: Path, text: str, advice: str
) -> None:
    """What YAML itself says of them helps nobody."""
    (problem,) = problems_of(tmp_path, text)

    assert problem.endswith(f"; {advice}")


def test_aliases_are_understood(tmp_path: Path) -> None:
    """Within bounds they are a good way to say a thing once."""
    settings = settings_of(tmp_path, "poll: {interval: &a 70s}\nreadiness: {interval: *a}")

    assert settings.readiness.interval == settings.poll.interval


@pytest.mark.parametrize("value", ["[2026-13-41]", "[" * 600, "&a [*a]"])
def test_what_is_no_yaml_in_a_variable_is_refused(tmp_path: Path, value: str) -> None:
    """As what it is there: text, or a list of what is no text."""
    problems = problems_of(tmp_path, "", {"AIBWATCH_SUBSCRIPTIONS": value})

    assert problems[0].startswith("AIBWATCH_SUBSCRIPTIONS: subscriptions")


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("AIBWATCH_POLL", "{interval: 60s, interval: 70s}", "poll.interval"),
        ("AIBWATCH_AZURE__CREDENTIAL", "{kind: cli, kind: static}", "azure.credential.kind"),
        ("AIBWATCH_IMAGES", "[{name: a, mode: observe, mode: auto}]", "images[0].mode"),
    ],
)
def test_a_key_that_a_variable_has_twice_is_an_error(
    tmp_path: Path, name: str, value: str, key: str
) -> None:
    """As in the file: which of them was meant cannot be told."""
    told = problems_of(tmp_path, "", {name: value})

    assert f"{name}: {key}: is here twice, first in line 1; keep one" in told


def test_a_variable_beyond_all_bounds_is_named_beside_what_else_is_wrong(tmp_path: Path) -> None:
    """No schema looks so deep."""
    variables = {"AIBWATCH_SUBSCRIPTIONS": "[" * 60 + "]" * 60, "AIBWATCH_POLL__INTERVAL": "soon"}

    told = problems_of(tmp_path, "", variables)

    assert [each.split(": ")[0] for each in told] == sorted([*variables, "AIBWATCH_SUBSCRIPTIONS"])
    assert any("more than 50 deep; is that meant?" in each for each in told)


@pytest.mark.parametrize(
    "text",
    [
        "azure: {proxy: 'user:hunter2@x'}",
        "azure: {credential: {token: [hunter2]}}",
        "azure: {credential: hunter2}",
        "azure: [{credential: {token: hunter2}}]",
        "azure: {endpoint: 'https://user:hunter2@x'}",
        "store: {connection_string: [hunter2]}",
        "store: {url: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hunter2+hunter2=='}",
        "store: {url: 'https://a.blob.core.windows.net/store?sv=2025-01-01&sig=hunter2%2Fhunter2'}",
        "http: {token_file: hunter2}",
        "notify: https://hooks.example/hunter2",
        "notify: ['https://hooks.example/hunter2']",
        "notify: {name: a, kind: slack, url: 'https://hooks.example/hunter2'}",
        "notify: [{name: a, kind: slack, url: [hunter2]}]",
    ],
)
def test_a_secret_is_never_repeated(tmp_path: Path, text: str) -> None:
    """Problems are logged and pasted into tickets; what is in the wrong place may be a secret."""
    problems = problems_of(tmp_path, text)

    assert "hunter2" not in "\n".join(problems)


def test_a_broken_variable_does_not_repeat_the_secret_in_it(tmp_path: Path) -> None:
    """One bracket is forgotten, and the whole section is text."""
    variables = {"AIBWATCH_AZURE__CREDENTIAL": "{kind: static, token: hunter2"}

    (problem,) = problems_of(tmp_path, "", variables)

    assert problem == (
        "AIBWATCH_AZURE__CREDENTIAL: azure.credential: the value is no section; its keys are kind,"
        " client_id, token"
    )


@pytest.mark.parametrize("value", ["null", "x", "2026-01-01", "[null]", "[[]]", "{1: 2}"])
def test_no_key_answers_nonsense_in_the_words_of_a_library(tmp_path: Path, value: str) -> None:
    """Nor with a traceback: every key is tried with what it was not meant to hold."""
    told = [
        problem
        for section in sections()
        for key in keys_at(section)
        for problem in _told(written(tmp_path, _nested((*section, key), value)))
    ]

    assert [each for each in told if "nput should" in each or "None" in each] == []


def _nested(path: KeyPath, value: str) -> str:
    """Return a document that holds nothing but the value, at its place."""
    for part in reversed(path):
        value = f"[{value}]" if isinstance(part, int) else f"{{{part}: {value}}}"
    return value


def _told(path: Path) -> list[str]:
    """Return what is wrong with a file, nothing if the value can be meant."""
    try:
        load(path, {})
    except ConfigError as error:
        return error.problems
    return []


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    """One line stays one line, and of an id its end is seen, which tells it from others."""
    (problem,) = problems_of(tmp_path, f"log: {{level: {'x' * 5000}-end}}")

    assert len(problem) < 300
    assert "x…x" in problem
    assert "-end' is none of debug" in problem


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    """Latin-1 from an old editor."""
    path = tmp_path / "a.yaml"
    problems_of(tmp_path, "x: y")
    path.write_bytes(b"log: {}\n# caf\xe9\n")

    with pytest.raises(ConfigError) as refusal:
        load(path, {})

    assert refusal.value.problems == [f"{path}:2: is not UTF-8; save it as UTF-8"]


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """A log file given by mistake is not parsed for minutes."""
    (problem,) = problems_of(tmp_path, "#" * 4_000_001)

    assert problem == "a.yaml: holds more than 4000000 bytes; is it the right file?"


def test_what_has_no_end_is_not_read_to_its_end() -> None:
    """A path can name anything."""
    with pytest.raises(ConfigError, match="holds more than 4000000 bytes"):
        load(Path("/dev/zero"), {})


def test_a_relation_within_a_section_that_is_wrong_is_not_judged(tmp_path: Path) -> None:
    """The defaults of a section that could not be read must not make up problems."""
    (problem,) = problems_of(tmp_path, "poll: 60s\ndetection: {window: 1s, debounce: 1s}")

    assert "poll: '60s' is no section" in problem


def test_a_wrong_secondary_does_not_make_auto_wrong(tmp_path: Path) -> None:
    """There is a secondary; it is its id that must be mended."""
    text = f"images: [{{name: a, mode: auto, templates: ['{template('a')}', nope]}}]"

    (problem,) = problems_of(tmp_path, text)

    assert "images[0].templates[1]: 'nope' is no image template id" in problem


def test_the_variable_nearest_to_the_value_is_named(tmp_path: Path) -> None:
    """A whole section and one of its keys may both be set."""
    variables = {"AIBWATCH_POLL": "{interval: 5s}", "AIBWATCH_POLL__INTERVAL": "soon"}

    (problem,) = problems_of(tmp_path, "", variables)

    assert problem.startswith("AIBWATCH_POLL__INTERVAL: poll.interval: 'soon'")


@pytest.mark.parametrize(
    ("canary", "problem"),
    [
        ("interval: 0s", "canary.interval: '0s' is out of bounds"),
        ("max_per_day: 0", "canary.max_per_day: 0 is too small; it must be at least 1"),
        ("templates: [a]", "canary.templates: a list is no mapping; write region: template id"),
        ("templates: {west-europe!: a}", "is no region; write its name, such as westeurope"),
        ("templates: {westeurope: a}", "canary.templates.westeurope: 'a' is no image template id"),
        (
            "templates: {westeurope: a, West Europe: b}",
            "names the region westeurope twice; keep one",
        ),
    ],
)
def test_a_canary_that_cannot_be_is_refused(tmp_path: Path, canary: str, problem: str) -> None:
    """Each with its key and what to write instead."""
    (found,) = problems_of(tmp_path, f"canary:\n  {canary}")

    assert found.startswith("a.yaml:2: canary.")
    assert problem in found


def test_a_canary_that_is_also_a_template_of_an_image_is_refused(tmp_path: Path) -> None:
    """Its runs would be taken for those of the image."""
    text = f"""images:
- {{name: a, templates: ['{template("a")}']}}
canary:
  templates:
    westeurope: {template("A")}
"""

    assert problems_of(tmp_path, text) == [
        (
            "a.yaml:5: canary.templates.westeurope: is the same template as"
            " images[0].templates[0]; a template belongs to one place"
        )
    ]


def test_one_canary_for_two_regions_is_refused(tmp_path: Path) -> None:
    """A template lives in one region."""
    text = f"""canary:
  templates:
    westeurope: {template("a")}
    northeurope: {template("a")}
"""

    (problem,) = problems_of(tmp_path, text)

    assert "canary.templates.northeurope: is the same template as" in problem
