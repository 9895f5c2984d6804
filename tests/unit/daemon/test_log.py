"""Logs: one JSON object a line on stderr, whoever logs, and no secrets in it."""

import json
import subprocess
import sys
from typing import Any

import pytest

TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.payload.signature"
SIGNATURE = "aBcDeFgHiJkLmNoPqRsTuVwXyZ%2F0123456789%3D"
URL = f"https://management.azure.com/operations/1?api-version=2024-02-01&t=638000000000000000&c={TOKEN}&s={SIGNATURE}&h=hash-of-it"
SAS = f"https://staging.blob.core.windows.net/packerlogs/1/customization.log?sv=2023-11-03&sig={SIGNATURE}"

PRELUDE = """
import logging, sys
from collections import Counter
from datetime import UTC, datetime
from aibwatch.daemon.log import configure, logger
levels = Counter()
configure({level!r}, {form!r}, lambda level: levels.update([level]))
log = logger("a.module")
TOKEN, URL, SAS = {token!r}, {url!r}, {sas!r}
"""


def logged(program: str, level: str = "info", form: str = "json") -> tuple[str, str]:
    """Run a program that logs, in a process of its own; return its stdout and stderr."""
    prelude = PRELUDE.format(level=level, form=form, token=TOKEN, url=URL, sas=SAS)
    done = subprocess.run(
        [sys.executable, "-c", prelude + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout, done.stderr


def lines(program: str, level: str = "info") -> list[dict[str, Any]]:
    """Return the objects that a program logs, one a line; nothing may be on stdout."""
    out, err = logged(program, level)
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def test_a_line_is_an_object_with_event_level_time_and_fields() -> None:
    """Fields of any type come out, times as ISO 8601."""
    (line,) = lines("log.warning('a.thing', image='web', at=datetime(2026, 3, 2, tzinfo=UTC), n=3)")

    assert (line["event"], line["level"], line["logger"]) == ("a.thing", "warning", "a.module")
    assert line["timestamp"].endswith("Z")
    assert (line["image"], line["n"]) == ("web", 3)
    assert line["at"].startswith("2026-03-02")


def test_the_records_of_others_have_the_same_shape() -> None:
    """A library logs through stdlib, with arguments and extra fields."""
    (line,) = lines("logging.getLogger('aiohttp.web').error('port %s', 80, extra={'peer': 'x'})")

    assert (line["event"], line["level"], line["peer"]) == ("port 80", "error", "x")
    assert line["logger"] == "aiohttp.web"


def test_chatty_libraries_speak_from_warning_on() -> None:
    """Every request and every run of a job at INFO would drown the rest."""
    program = """
for name in ("azure.core", "apscheduler.executors.default", "aiohttp.access", "msal.token_cache"):
    logging.getLogger(name).info("chatter")
    logging.getLogger(name).warning("trouble")
"""

    assert [line["event"] for line in lines(program)] == ["trouble"] * 4


def test_less_than_the_level_is_not_logged() -> None:
    """At level warning, information is left out, ours and others'."""
    program = "log.info('a'); logging.getLogger('x').info('b'); log.warning('c')"

    assert [line["event"] for line in lines(program, level="warning")] == ["c"]


def test_every_line_is_counted_by_its_level() -> None:
    """aibwatch_log_messages_total counts what was written, foreign lines too."""
    program = """
log.debug("left out"); log.info("a"); log.info("b"); log.error("c")
logging.getLogger("x").warning("d")
print(sorted(levels.items()))
"""

    out, _ = logged(program)

    assert out.strip() == "[('error', 1), ('info', 2), ('warning', 1)]"


FAIL = """
def fail(token):
    local = "a local value"
    raise RuntimeError(f"asked {URL} with Authorization: Bearer {token}")
try:
    fail(TOKEN)
except RuntimeError:
    {call}
"""


@pytest.mark.parametrize(
    "call",
    ["log.exception('it.broke')", "logging.getLogger('x').exception('it.broke')"],
    ids=["ours", "foreign"],
)
def test_a_traceback_is_in_its_line_without_locals_and_secrets(call: str) -> None:
    """What failed and where is told; what the variables held is not."""
    out, err = logged(FAIL.replace("{call}", call))

    (line,) = [json.loads(each) for each in err.splitlines()]
    (raised,) = line["exception"]
    assert raised["exc_type"] == "RuntimeError"
    assert raised["frames"][-1]["name"] == "fail"
    assert "a local value" not in err
    assert TOKEN not in err
    assert SIGNATURE not in err
    assert out == ""


@pytest.mark.parametrize(
    "call",
    [
        "log.info(f'Bearer {TOKEN}')",
        "log.info('asked', header=f'Bearer {TOKEN}')",
        "log.info('asked', url=URL)",
        "log.info('asked', log=SAS)",
        "log.info('asked', says=[f'see {SAS}'], more={'headers': {'a': f'bearer {TOKEN}'}})",
        "log.info('asked', error=ValueError(f'{URL}'))",
        "log.info('said', says=f'{{\"url\": \"{SAS}\"}} and more')",
        "logging.getLogger('x').info('asked %s', URL)",
    ],
)
@pytest.mark.parametrize("form", ["json", "console"])
def test_tokens_and_signatures_are_cut_out(call: str, form: str) -> None:
    """Wherever they are: event, fields, nested values, errors; in both forms of the log."""
    _, err = logged(call, form=form)

    assert TOKEN not in err
    assert SIGNATURE not in err
    assert "[redacted]" in err
    if form == "json":
        assert json.loads(err)["level"] == "info"


def test_a_traceback_on_the_console_has_no_secrets_either() -> None:
    """People paste consoles into tickets."""
    _, err = logged(FAIL.replace("{call}", "log.exception('it.broke')"), form="console")

    assert "RuntimeError" in err
    assert TOKEN not in err
    assert SIGNATURE not in err
    assert "a local value" not in err


def test_without_a_terminal_the_form_is_json() -> None:
    """`auto` is for people at a terminal; a pipe gets JSON."""
    _, err = logged("log.info('a.thing')", form="auto")

    assert json.loads(err)["event"] == "a.thing"


def test_what_is_no_secret_stays() -> None:
    """Short values and other queries are not cut."""
    (line,) = lines("log.info('asked', url='https://x/?api-version=2024-02-01&s=ok&top=100')")

    assert line["url"] == "https://x/?api-version=2024-02-01&s=ok&top=100"
