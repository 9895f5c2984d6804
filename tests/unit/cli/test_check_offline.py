"""`check --offline`: this machine alone, where there is no login."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from aibwatch.journal.sqlite import SqliteJournal
from aibwatch.model.state import Snapshot
from azurite import connection_string
from builders import WEB, WEB_NORTH
from unit.cli.running import config_for, run, running
from unit.status.snapshots import calm, outage

NOBODY = "https://localhost:1"
"""An Azure where nobody listens: who asks it is not well."""
FLEET = (
    f"azure: {{endpoint: '{NOBODY}', credential: {{kind: static, token: t}}}}\n"
    f"images: [{{name: web, templates: ['{WEB}', '{WEB_NORTH}']}}]"
)


def checked(path: Path, *words: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Return the exit code, and the colour and words of each finding."""
    result = run("check", "--config", str(path), "--output", "json", *words)
    found = json.loads(result.stdout)["findings"]
    return result.exit_code, {each["what"]: (each["colour"], each["says"]) for each in found}


def test_nobody_is_asked(tmp_path: Path) -> None:
    """That Azure was not looked at is said, and is no trouble; by default it is asked."""
    path = config_for(tmp_path, 0, FLEET)

    code, found = checked(path, "--offline")

    assert (code, [*found]) == (0, ["configuration", "store", "port", "Azure"])
    assert found["store"][1].endswith("/a.db will be made")
    assert found["Azure"][0] == "unknown"
    assert checked(path, "--online")[0] == checked(path)[0] == 75


def test_a_store_in_azure_is_not_asked_either(tmp_path: Path) -> None:
    """It is said to be there, and nothing of it is known."""
    auto = FLEET.replace("name: web", "name: web, mode: auto")
    path, url = config_for(tmp_path, 0, auto), "http://127.0.0.1:1/journals/store"
    shared = f"store: {{url: '{url}', connection_string: '{connection_string(1)}'}}"
    path.write_text(re.sub("(?m)^store:.*$", shared, path.read_text()))

    code, found = checked(path, "--offline")

    assert "replicas" not in found
    says = f"{url} is in Azure, and was not asked (--offline)"
    assert (code, found["store"]) == (0, ("unknown", says))


def test_a_store_of_an_impossible_name_is_made_by_nobody(tmp_path: Path) -> None:
    """The daemon would only observe; what the system says of it comes without a traceback."""
    path = config_for(tmp_path, 0, FLEET)
    path.write_text(path.read_text().replace("/a.db", f"/{'x' * 300}.db"))

    code, found = checked(path, "--offline")

    assert (code, found["store"][0]) == (75, "red")
    assert "File name too long" in found["store"][1]


def test_who_acts_alone_is_told_so(tmp_path: Path) -> None:
    """By a file as the store, and with something to act on; it is a choice, and no warning."""
    auto = FLEET.replace("name: web", "name: web, mode: auto")

    _, found = checked(config_for(tmp_path, 0, auto), "--offline")

    assert found["replicas"][0] == "green"
    assert "while it is down nothing is built elsewhere" in found["replicas"][1]


@pytest.mark.parametrize(("picture", "code"), [(calm(), 0), (outage(), 11)])
def test_a_daemon_here_is_asked(tmp_path: Path, picture: Snapshot, code: int) -> None:
    """What it believes it has seen for itself."""
    with running(picture) as daemon:
        found = checked(config_for(tmp_path, daemon.port, FLEET), "--offline")

    assert found[0] == code
    assert found[1]["daemon"][0] == "green"


def test_where_this_machine_is_cannot_be_asked(tmp_path: Path) -> None:
    """Two options that contradict each other are a mistake, not half a check."""
    path = str(config_for(tmp_path, 0, FLEET))

    result = run("check", "--config", path, "--offline", "--metadata", "http://127.0.0.1:1")

    assert result.exit_code == 2
    assert "with --offline nobody is asked anything" in result.stderr


def test_templates_that_would_have_no_series_are_told(tmp_path: Path) -> None:
    """Also where nobody is asked: the configuration alone tells it."""
    fleet = f"{FLEET}\nmetrics: {{max_templates: 1}}"

    code, found = checked(config_for(tmp_path, 0, fleet), "--offline")

    assert (code, found["metrics"][0]) == (0, "yellow")
    assert "raise metrics.max_templates" in found["metrics"][1]
    assert "metrics" not in checked(config_for(tmp_path, 0, FLEET), "--offline")[1]


AS_NOBODY = """
import os, sys
from unit.cli.test_check_offline import told_of

path, store, mode = sys.argv[1:]
told_of(path)  # imports what it needs, while this process may still read it
os.chmod(store, int(mode, 8))
if os.geteuid() == 0:
    folder = os.path.dirname(path)
    for each in (folder, os.path.join(folder, "token")):
        os.chown(each, 65534, 65534)
    os.setuid(65534)  # root may read and write anything
code, (_, says) = told_of(path)
print(code, says)
"""


def told_of(path: str) -> tuple[int, tuple[str, str]]:
    """Return the exit code, and what is found of the store."""
    code, found = checked(Path(path), "--offline")
    return code, found["store"]


@pytest.mark.process
@pytest.mark.parametrize("mode", ["444", "000"])
def test_a_store_that_this_user_may_not_use_is_a_matter_of_permission(mode: str) -> None:
    """What was not granted exits 77, whether it is reading or writing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, store = config_for(folder, 0, FLEET), folder / "a.db"
        SqliteJournal(store).close()
        command = [sys.executable, "-c", AS_NOBODY, str(path), str(store), mode]
        tests = Path(__file__).parents[2]
        found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tests)

    assert found.stdout.startswith(f"77 {store} may not be read and written")
