"""The command line as a whole: fast to start, and it answers mistakes in words."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aibwatch import __version__
from aibwatch.__main__ import main
from aibwatch.cli.app import app
from unit.cli.running import run

HEAVY = (
    "aiohttp",
    "asyncio",
    "azure",
    "msgspec",
    "pydantic",
    "rich",
    "sqlite3",
    "structlog",
    "yaml",
)

COMMANDS = (
    "init",
    "serve",
    "demo",
    "simulate",
    "check",
    "status",
    "readiness",
    "explain",
    "history",
    "image",
    "ticket",
    "classify",
    "replay",
    "backtest",
    "pause",
    "resume",
    "build",
    "drill",
    "failover",
    "failback",
    "region",
    "ack",
    "templates",
    "replicate",
    "leftovers",
    "reload",
    "notify",
    "config",
)
DOCS = Path(__file__).parents[3] / "docs"


def test_help_needs_nothing_heavy() -> None:
    """`--help` and completion must answer at once, so nothing is imported before it is needed."""
    probe = f"import sys, aibwatch.cli.app; print([m for m in {HEAVY!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_help_names_every_command() -> None:
    """A newcomer finds what there is."""
    result = run("--help")

    assert result.exit_code == 0
    listed = result.stdout.partition("Commands:")[2].split()
    assert set(COMMANDS) <= set(listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    """Each has help of its own."""
    result = run(command, "--help")

    assert result.exit_code == 0
    assert f"Usage: aibwatch {command}" in result.stdout.replace("Usage: root", "Usage: aibwatch")


def test_the_documentation_names_exactly_these_commands() -> None:
    """docs/commands.md promises nothing that is not there, and hides nothing."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `aibwatch ([a-z]+)", text, re.MULTILINE))

    listed = re.findall(
        r"^  ([a-z]+)  ", run("--help").stdout.partition("Commands:")[2], re.MULTILINE
    )

    assert documented == set(listed) == set(COMMANDS)


def test_the_version_is_told() -> None:
    """Tickets begin with it."""
    result = run("--version")

    assert (result.exit_code, result.stdout) == (0, f"aibwatch {__version__}\n")


@pytest.mark.parametrize("listen", ["nonsense", "127.0.0.1:99999", "127.0.0.1:0"])
def test_the_demo_is_not_played_where_its_page_could_not_be_seen(listen: str) -> None:
    """Wrong usage, said before anything is begun."""
    result = run("demo", "--listen", listen)

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Invalid value for --listen: '{listen}' " in " ".join(result.stderr.split())


@pytest.mark.parametrize("words", [["frobnicate"], ["status", "--output", "xml"], ["explain"]])
def test_wrong_usage_exits_2(words: list[str]) -> None:
    """Click's own code, on stderr."""
    result = run(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr != ""


def test_a_mistake_is_told_on_stderr_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process exits with the code of the error, and says what to do."""
    monkeypatch.setattr(sys, "argv", ["aibwatch", "status", "--config", str(tmp_path / "no.yaml")])

    code = main()

    said = capsys.readouterr()
    assert (code, said.out) == (78, "")
    assert said.err == (
        f"{tmp_path}/no.yaml: No such file or directory; give the right path with --config or"
        " AIBWATCH_CONFIG\n"
    )


def test_a_terminal_that_has_not_every_character_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Help and what comes from Azure hold more than Latin-1; it is written as JSON would."""
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="latin-1"))
    monkeypatch.setattr("sys.argv", ["aibwatch", "--help"])

    with pytest.raises(SystemExit) as leaving:
        main()
    sys.stdout.flush()

    assert leaving.value.code == 0
    assert b"IT_\\u2026" in written.getvalue()


def test_whether_the_file_may_be_read_is_told_by_who_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a missing right (77) and not as wrong usage; what `access` says is not the last word."""
    path = tmp_path / "a.yaml"
    path.write_text("")
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    monkeypatch.setattr("sys.argv", ["aibwatch", "config", "validate", "--config", str(path)])

    with pytest.raises(SystemExit) as leaving:
        main()

    assert leaving.value.code == 0
    assert "valid: 0 images" in capsys.readouterr().out


def test_the_variable_names_the_file(tmp_path: Path) -> None:
    """AIBWATCH_CONFIG stands in for --config."""
    path = tmp_path / "a.yaml"
    path.write_text("poll: {interval: 15s}\n")

    result = CliRunner().invoke(app, ["config", "show"], env={"AIBWATCH_CONFIG": str(path)})

    assert "poll.interval" in result.stdout
    assert "15s" in result.stdout


def test_a_shell_can_complete_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `--install-completion` writes asks in this way."""
    monkeypatch.setenv("COMP_WORDS", "aibwatch rep")
    monkeypatch.setenv("COMP_CWORD", "1")

    result = CliRunner().invoke(
        app, [], prog_name="aibwatch", env={"_AIBWATCH_COMPLETE": "complete_bash"}
    )

    assert result.stdout.split() == ["replay", "replicate"]
