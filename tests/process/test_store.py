"""Without a store that takes its intents the daemon watches, says so, and starts nothing."""

import resource

from process.stage import Stage

UNMEASURED = {"aibwatch_store_size_bytes 0.0", "aibwatch_store_schema_version 0.0"}
"""What the metrics say of a file that is not used."""


def test_a_corrupt_store_is_watched_without_and_never_overwritten(stage: Stage) -> None:
    """Failures are seen and held; once the store is restored beside it the same image is built."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    store = stage.directory / "aibwatch.db"
    stage.serve()
    stage.until(lambda: stage.run_state("image") == "Succeeded", "the past is written down")
    stage.stop()
    good = store.read_bytes()
    store.write_bytes(b"no database at all" * 1000)

    stage.serve()
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: stage.run_state("image") == "Failed", "the failure is seen")
    stage.cycles()
    (ready, why), live, before = stage.get("/readyz"), stage.get("/livez")[0], stage.changes()
    writable, untouched = stage.status()["writable"], store.read_bytes()[:18]
    (leads, words), metrics = stage.get("/leader"), stage.get("/metrics")[1].splitlines()
    store.write_bytes(good)
    stage.until_built_elsewhere("image")

    assert (ready, live, writable) == (503, 200, False)
    assert "store" in why
    assert (leads, "its store cannot be written" in words) == (503, True)
    assert "aibwatch_leader 0.0" in metrics
    assert set(metrics) >= UNMEASURED
    assert untouched == b"no database at all"
    assert before == []
    assert stage.changes() == [f"POST {secondary}/run"]
    assert stage.get("/leader")[0] == 200
    assert not UNMEASURED & set(stage.get("/metrics")[1].splitlines())


def test_a_full_disk_holds_until_there_is_room(stage: Stage) -> None:
    """No file takes another byte: nothing is started. It takes them again: the image is built."""
    primary, secondary = stage.image("image", "westeurope", "northeurope")
    stage.serve()
    stage.until(lambda: stage.run_state("image") == "Succeeded", "the past is written down")
    assert stage.daemon is not None

    free, most = resource.prlimit(stage.daemon.pid, resource.RLIMIT_FSIZE, (0, -1))
    stage.fails("westeurope")
    stage.begin(primary)
    stage.until(lambda: "store_unwritable" in stage.held_by("image"), "the image is held")
    stage.cycles()
    (ready, why), live, before = stage.get("/readyz"), stage.get("/livez")[0], stage.changes()
    resource.prlimit(stage.daemon.pid, resource.RLIMIT_FSIZE, (free, most))
    stage.until_built_elsewhere("image")
    again = stage.get("/readyz")[0]

    assert (ready, live, again) == (503, 200, 200)
    assert "store" in why
    assert before == []
    assert stage.changes() == [f"POST {secondary}/run"]
