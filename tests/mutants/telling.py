"""Bugs in what people are told."""

from mutants.mutant import Mutant

BULLETIN = "tests/unit/status/test_bulletin.py"
COURIER = "tests/unit/status/test_courier.py"
RELOAD = "tests/unit/daemon/test_reload.py"
WORDING = "tests/unit/status/test_wording.py"

TELLING: tuple[Mutant, ...] = (
    Mutant(
        "L8",
        "what was told is told again after a restart",
        "status/bulletin.py",
        "return (each for each in kept if channel not in self.told.get(each.id, ()))",
        "return iter(kept)",
        (BULLETIN,),
    ),
    Mutant(
        "L8",
        "an end of an incident has a key of its own",
        "status/bulletin.py",
        'key, title = f"incident:{before}", f"{region} is well again"',
        'key, title = f"over:{before}", f"{region} is well again"',
        (BULLETIN,),
    ),
    Mutant(
        "L8",
        "what failed is not tried again",
        "status/courier.py",
        "        if lasting:",
        "        if True:",
        (COURIER,),
    ),
    Mutant(
        "L8",
        "a follower tells too",
        "status/courier.py",
        "due = next(self._due(channel), None) if self.leads() else None",
        "due = next(self._due(channel), None)",
        (COURIER,),
    ),
    Mutant(
        "S39",
        "a notification without the head",
        "status/wording.py",
        '"head": head.short,',
        '"head": "",',
        (WORDING,),
    ),
    Mutant(
        "S39",
        "secrets in a notification",
        "status/wording.py",
        "name: without_secrets(getattr(notification, name))[:VALUE_MAX]",
        "name: getattr(notification, name)[:VALUE_MAX]",
        (WORDING,),
    ),
    Mutant(
        "S39",
        "a name may lead to a link-local address",
        "status/addresses.py",
        'admit(*(each["host"] for each in found))',
        "pass",
        (COURIER,),
    ),
    Mutant(
        "S42",
        "another configuration holds at once, in the midst of a cycle",
        "daemon/reload.py",
        "        self._waiting = found, channels",
        "        self.apply(found, channels)",
        (RELOAD,),
    ),
    Mutant(
        "S42",
        "what needs a restart is passed over",
        "daemon/reload.py",
        "            refuse_restarts(self.settings, found)",
        "            pass",
        (RELOAD,),
    ),
)
