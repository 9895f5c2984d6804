"""`serve --observe --subscription`: the real program without any configuration."""

import json
import os
import subprocess
import sys
from pathlib import Path

from process.stage import PATIENCE, SUBSCRIPTION, Stage, free_port


def test_without_a_configuration_it_finds_its_images_and_starts_nothing(
    stage: Stage, tmp_path: Path
) -> None:
    """Its journal goes with it, and a region's outage is answered by watching."""
    primary = stage.template("web", "westeurope")
    stage.template("web", "northeurope", built=False)
    stage.image("db", "westeurope", "northeurope")
    stage.port = free_port()
    variables = {
        "AIBWATCH_AZURE__ENDPOINT": stage.arm.endpoint,
        "AIBWATCH_AZURE__CA_FILE": str(stage.arm.ca_file),
        "AIBWATCH_AZURE__CREDENTIAL": json.dumps({"kind": "static", "token": "t"}),
        "AIBWATCH_HTTP__LISTEN": f"127.0.0.1:{stage.port}",
        "AIBWATCH_POLL__INTERVAL": "300ms",
        "AIBWATCH_POLL__ACTIVE_INTERVAL": "150ms",
        "TMPDIR": str(tmp_path),
    }
    words = ("serve", "--observe", "--subscription", SUBSCRIPTION.upper())
    with (tmp_path / "daemon.log").open("wb") as log:
        stage.daemon = subprocess.Popen(
            [sys.executable, "-m", "aibwatch", *words],
            stderr=log,
            stdout=log,
            env={**os.environ, **variables},
        )
    stage.until(lambda: stage.get("/startupz")[0] == 200, "the daemon is up")
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.run_state("web") == "Failed", "the failure is seen")
    stage.cycles()

    images = {each["name"]: each["mode"] for each in stage.status()["images"]}
    assert images == {"web": "observe", "db": "observe"}
    assert len(list(tmp_path.glob("aibwatch-observe-*/aibwatch.db"))) == 1
    stage.daemon.terminate()
    assert stage.daemon.wait(PATIENCE) == 0
    assert list(tmp_path.glob("aibwatch-observe-*")) == []
    assert stage.changes() == []
    assert "observing: 4 templates, 2 images with a secondary" in stage.log()
