"""What comes out: defaults, the file over them, the environment over the file."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import ValidationError

from aibwatch.config.load import load
from aibwatch.config.schema import Settings
from aibwatch.errors import AibwatchError, ConfigError, PermissionDeniedError
from aibwatch.model.image import Image, Mode
from aibwatch.model.names import ImageName, Region, template_id
from aibwatch.model.ownsignature import OwnSignature
from aibwatch.model.policy import Policy, StuckPolicy
from aibwatch.model.readiness import Check
from aibwatch.model.relocation import Relocation
from aibwatch.model.symptom import Where
from aibwatch.model.verdict import Cause
from unit.config.fragments import problems_of, settings_of, template, written

EXAMPLE = Path(__file__).parents[3] / "config" / "aibwatch.example.yaml"


def test_nothing_at_all_gives_the_defaults() -> None:
    """Without a file and without variables every key has its default."""
    assert load(None, {}) == Settings()


def test_the_example_is_exactly_the_defaults() -> None:
    """The example shows every key with its true default, so it cannot mislead."""
    assert load(EXAMPLE, {}) == Settings()


def test_the_examples_own_image_is_valid(tmp_path: Path) -> None:
    """Who takes away the # marks has a configuration that loads."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    start = lines.index("# images:")
    block = [line.removeprefix("# ") for line in lines[start : lines.index("", start)]]

    settings = settings_of(tmp_path, "\n".join(block))

    assert [each.name for each in settings.fleet()] == ["ubuntu-2204"]


def test_the_default_policy_is_the_cores_own() -> None:
    """The defaults of the configuration and of the core are the same numbers."""
    policy = load(None, {}).policy()

    bare = replace(policy, services=frozenset(), dependencies=frozenset())
    assert bare == Policy()


def test_every_number_of_the_policy_comes_from_its_own_key(tmp_path: Path) -> None:
    """No two keys are mixed up on their way into the core."""
    settings = settings_of(
        tmp_path,
        """
        poll: {interval: 2s, active_interval: 1s, health_interval: 3s, max_age: 4s}
        detection: {debounce: 5s, window: 6s, families: 3, healthy_delay: 7s,
                    self_suspect_share: 0.1, services: [AIB], dependencies: [Disks],
                    signatures: [{name: a, pattern: b, cause: quota, says: c, where: run_status}]}
        failover: {settle: 8s, warmup_sweeps: 9, max_failure_age: 10s, incident_failure_age: 11s,
                   cooldown: 12s, total: 13, per_day: 14, max_hops: 15,
                   lost_run: 20s, stuck_policy: failover, per_region: 21}
        readiness: {interval: 16s, max_age: 17s}
        canary: {interval: 18s, on_suspicion: false, max_per_day: 19}
        """,
    )

    seconds = [timedelta(seconds=each) for each in range(21)]
    assert settings.policy() == Policy(
        interval=seconds[2],
        active_interval=seconds[1],
        health_interval=seconds[3],
        max_age=seconds[4],
        readiness_interval=seconds[16],
        readiness_max_age=seconds[17],
        debounce=seconds[5],
        window=seconds[6],
        families=3,
        healthy_delay=seconds[7],
        self_suspect_share=Fraction(1, 10),
        services=frozenset({"aib"}),
        dependencies=frozenset({"disks"}),
        signatures=(OwnSignature("a", "b", Cause.QUOTA, "c", Where.RUN),),
        settle=seconds[8],
        warmup_sweeps=9,
        max_failure_age=seconds[10],
        incident_failure_age=seconds[11],
        cooldown=seconds[12],
        total=13,
        per_day=14,
        max_hops=15,
        lost_run=seconds[20],
        stuck_policy=StuckPolicy.FAILOVER,
        per_region=21,
        canary_interval=seconds[18],
        canary_on_suspicion=False,
        canary_per_day=19,
    )


def test_canaries_come_out_by_region_in_the_words_of_the_model(tmp_path: Path) -> None:
    """Regions by their ARM names, ids canonical, in order of region."""
    text = f"""
    canary:
      templates:
        West Europe: {template("Canary-West")}
        northeurope: {template("canary-north")}
    """

    policy = settings_of(tmp_path, text).policy()

    assert policy.canaries == (
        (Region("northeurope"), template_id(template("canary-north"))),
        (Region("westeurope"), template_id(template("canary-west"))),
    )
    assert policy.canary_of(Region("westeurope")) == template_id(template("canary-west"))
    assert policy.canary_of(Region("eastus")) is None


def test_canaries_can_come_from_the_environment() -> None:
    """A mapping is written as YAML, like every list and section."""
    variables = {"AIBWATCH_CANARY__TEMPLATES": f"{{westeurope: '{template('canary')}'}}"}

    assert load(None, variables).canary.templates == {
        Region("westeurope"): template_id(template("canary"))
    }


def test_per_region_auto_is_the_cores_own() -> None:
    """`auto` is a word of the configuration alone; the core has a number."""
    assert Settings().failover.per_region == "auto"
    assert Settings().policy().per_region == Policy().per_region


@pytest.mark.parametrize(("images", "per_day"), [(0, 10), (5, 10), (6, 12), (40, 80)])
def test_per_day_auto_grows_with_the_fleet(images: int, per_day: int) -> None:
    """`auto` is twice the number of images and never less than 10."""
    fleet = [{"name": f"i{n}", "templates": [template(f"t{n}")]} for n in range(images)]
    settings = Settings.model_validate({"images": fleet})

    assert settings.policy().per_day == per_day


def test_images_come_out_in_the_words_of_the_model(tmp_path: Path) -> None:
    """Ids and regions are canonical, and nothing of an image is lost."""
    text = f"""
    images:
      - name: ubuntu
        templates: ["{template("Primary")}/", "{template("Secondary")}"]
        mode: auto
        priority: 5
        evidence: strict
        allowed_regions: [West Europe, northeurope]
        required_regions: [eastus2]
        expect_every: 26h
        tolerate: [gallery_home, source]
        allow_drift: ['$.vmProfile.vmSize', '$.customize[*].name']
    """

    (image,) = settings_of(tmp_path, text).fleet()

    assert image == Image(
        name=ImageName("ubuntu"),
        templates=(template_id(template("primary")), template_id(template("secondary"))),
        mode=Mode.AUTO,
        priority=5,
        strict=True,
        allowed_regions=frozenset({Region("westeurope"), Region("northeurope")}),
        required_regions=frozenset({Region("eastus2")}),
        expect_every=timedelta(hours=26),
        tolerate=frozenset({Check.GALLERY_HOME, Check.SOURCE}),
        allow_drift=("$.vmProfile.vmSize", "$.customize[*].name"),
    )


def test_the_fleet_is_in_order_of_priority_then_name(tmp_path: Path) -> None:
    """Whatever the order in the file, the more important image comes first."""
    images = [("b", 100), ("z", 1), ("a", 100)]
    items = [
        f"  - {{name: {name}, priority: {priority}, templates: ['{template(name)}']}}"
        for name, priority in images
    ]

    settings = settings_of(tmp_path, "\n".join(["images:", *items]))

    assert [each.name for each in settings.fleet()] == ["z", "a", "b"]


def test_a_section_with_every_key_commented_out_means_its_defaults(tmp_path: Path) -> None:
    """A heading that was left standing is no mistake."""
    assert settings_of(tmp_path, "poll:\nimages:\nsubscriptions:\n") == Settings()


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    """A file of comments alone is valid; that nothing is protected is a warning."""
    settings = settings_of(tmp_path, "# nothing yet\n")

    assert settings.warnings == ("images: none is configured, so nothing is protected",)


def test_a_variable_overrides_one_key_of_a_section(tmp_path: Path) -> None:
    """The other keys of the section keep what the file says."""
    settings = settings_of(
        tmp_path, "poll: {interval: 20s, active_interval: 5s}", {"AIBWATCH_POLL__INTERVAL": "30s"}
    )

    assert settings.poll.interval == timedelta(seconds=30)
    assert settings.poll.active_interval == timedelta(seconds=5)


def test_a_variable_reaches_every_depth() -> None:
    """The token of a credential need not be in any file."""
    settings = load(
        None,
        {
            "AIBWATCH_AZURE__ENDPOINT": "https://localhost:8443/",
            "AIBWATCH_AZURE__CREDENTIAL__KIND": "static",
            "AIBWATCH_AZURE__CREDENTIAL__TOKEN": "12345",
        },
    )

    assert settings.azure.endpoint == "https://localhost:8443"
    assert settings.azure.credential.token is not None
    assert settings.azure.credential.token.get_secret_value() == "12345"


def test_a_list_in_a_variable_is_yaml() -> None:
    """Lists, and images even, can be given without a file."""
    settings = load(
        None,
        {
            "AIBWATCH_SUBSCRIPTIONS": "[11111111-1111-1111-1111-11111111111A]",
            "AIBWATCH_IMAGES": f'[{{"name": "a", "templates": ["{template("a")}"]}}]',
        },
    )

    assert settings.subscriptions == {"11111111-1111-1111-1111-11111111111a"}
    assert [each.name for each in settings.fleet()] == ["a"]


def test_null_in_a_variable_unsets_what_the_file_sets(tmp_path: Path) -> None:
    """A value of the file can be taken back from outside."""
    settings = settings_of(
        tmp_path, "http: {token_file: /run/token}", {"AIBWATCH_HTTP__TOKEN_FILE": "null"}
    )

    assert settings.http.token_file is None


def test_an_empty_variable_is_not_set() -> None:
    """Compose files leave variables empty that nobody filled."""
    assert load(None, {"AIBWATCH_AZURE__PROXY": "", "AIBWATCH_NONSENSE": ""}) == Settings()


def test_foreign_variables_and_the_files_own_path_are_left_alone() -> None:
    """Only what begins with our prefix is ours, and AIBWATCH_CONFIG is no section."""
    assert load(None, {"PATH": "/bin", "AIBWATCH_CONFIG": "/etc/a.yaml"}) == Settings()


def test_settings_cannot_be_changed() -> None:
    """One decision uses one configuration (PROMISES S42)."""
    settings = Settings()

    with pytest.raises(ValidationError):
        settings.poll.interval = timedelta(seconds=1)  # type: ignore[misc]  # that is the point


def test_the_hash_names_what_is_set_and_not_how(tmp_path: Path) -> None:
    """The same values have the same hash, other values another."""
    by_file = settings_of(tmp_path, "poll: {interval: 30s}")
    by_variable = load(None, {"AIBWATCH_POLL__INTERVAL": "30000ms"})

    assert by_file.sha256 == by_variable.sha256
    assert by_file.sha256 != Settings().sha256
    assert len(by_file.sha256) == 64


def test_no_secret_is_shown_or_hashed(tmp_path: Path) -> None:
    """Neither the token nor a proxy's password can be read off what is printed."""
    text = """
    azure:
      endpoint: https://arm.example
      proxy: http://user:{0}@proxy:3128
      credential: {{kind: static, token: {0}}}
    """

    one = settings_of(tmp_path, text.format("hunter2"))
    other = settings_of(tmp_path, text.format("swordfish"))

    assert "hunter2" not in str(one.redacted())
    assert "hunter2" not in repr(one.azure.credential)
    assert one.sha256 == other.sha256


def test_debounce_below_max_age_is_only_a_warning(tmp_path: Path) -> None:
    """It is allowed, for tests and demos, but somebody should hear of it (PROMISES S42)."""
    settings = settings_of(tmp_path, "detection: {debounce: 1m}")

    assert settings.warnings[0] == (
        "detection.debounce (1m) is less than poll.max_age (150s): an outage may rest on one old"
        " read"
    )


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A typo in a mount path must not start a daemon that watches nothing."""
    path = tmp_path / "absent.yaml"

    with pytest.raises(ConfigError) as refusal:
        load(path, {})

    assert refusal.value.problems == [
        f"{path}: No such file or directory; give the right path with --config or AIBWATCH_CONFIG"
    ]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Nor does a mount of the whole folder pass for a file."""
    with pytest.raises(ConfigError, match="Is a directory"):
        load(tmp_path, {})


def test_host_and_port_are_told_apart() -> None:
    """IPv6 addresses lose their brackets, as sockets want them."""
    settings = Settings.model_validate({"http": {"listen": "[::1]:0"}})

    assert (settings.http.host, settings.http.port) == ("::1", 0)


def test_the_path_of_the_store_is_absolute() -> None:
    """Four slashes: three of the scheme, one of the path."""
    assert Settings().store.path == "/var/lib/aibwatch/aibwatch.db"


def test_files_that_are_named_are_checked_only_on_demand(tmp_path: Path) -> None:
    """A configuration can be validated on another machine than the one that will use it."""
    text = f"""
    azure: {{ca_file: {tmp_path}/ca.pem}}
    store: {{url: "sqlite:///{tmp_path}/absent/a.db"}}
    http: {{token_file: {tmp_path}/token}}
    """

    load(written(tmp_path, text), {})
    problems = problems_of(tmp_path, text, files=True)

    assert problems == [
        "a.yaml:2: azure.ca_file: 'ca.pem' is no file that can be seen; mount it or take it out",
        (
            "a.yaml:3: store.url: 'absent' is no directory that can be seen; make it, or choose"
            " another"
        ),
        "a.yaml:4: http.token_file: 'token' is no readable text file; write a token into it",
    ]


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_bundle_without_a_certificate_is_refused(tmp_path: Path, content: str) -> None:
    """With its line, and before anybody is asked: it would look like an Azure that is away."""
    (tmp_path / "ca.pem").write_text(content)
    store = f"store: {{url: 'sqlite:///{tmp_path}/a.db'}}"

    (problem,) = problems_of(
        tmp_path, f"{store}\nazure: {{ca_file: {tmp_path}/ca.pem}}", files=True
    )

    assert problem == (
        "a.yaml:2: azure.ca_file: 'ca.pem' holds no certificate in PEM; mount the right one or"
        " take it out"
    )


def test_a_path_that_cannot_be_looked_at_is_refused_too(tmp_path: Path) -> None:
    """A name that is too long, or a folder that may not be entered: no traceback tells it."""
    name = "x" * 300
    text = f"""
    azure: {{ca_file: /{name}}}
    store: {{url: "sqlite:////{name}/a.db"}}
    http: {{token_file: /{name}}}
    notify: [{{name: a, kind: webhook, url: 'https://a.b', ca_file: /{name}}}]
    """

    problems = problems_of(tmp_path, text, files=True)

    assert [each.split(": ")[1] for each in problems] == [
        "azure.ca_file",
        "store.url",
        "http.token_file",
        "notify[0].ca_file",
    ]


def test_a_folder_that_may_not_be_written_is_denied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is for a user who is not root; it has the exit code of a permission."""
    path = written(tmp_path, f"store: {{url: 'sqlite:///{tmp_path}/a.db'}}")
    monkeypatch.setattr("os.access", lambda *_: False)

    with pytest.raises(PermissionDeniedError) as refusal:
        load(path, {}, files=True)

    assert str(refusal.value) == (
        f"{path}:1: store.url: '{tmp_path}' may not be written by this user; give it to him, or"
        " choose another"
    )


def test_a_secret_without_an_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    """What is read of it is none."""
    text = f"http: {{token_file: /dev/zero}}\nstore: {{url: 'sqlite:///{tmp_path}/a.db'}}"

    with pytest.raises(AibwatchError, match="'/dev/zero' may be read by everybody"):
        load(written(tmp_path, text), {}, files=True)


def test_what_the_defaults_lack_is_told_as_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is sent into a file that he did not give."""
    monkeypatch.setattr("os.path.isdir", lambda _: False)

    with pytest.raises(ConfigError, match=r"^defaults: store.url: '/var/lib/aibwatch' is no dir"):
        load(None, {}, files=True)


def test_a_token_that_everybody_may_read_is_denied(tmp_path: Path) -> None:
    """It would be no secret, and denial has its own exit code."""
    token = tmp_path / "token"
    token.write_text("abc")
    token.chmod(0o644)
    store = f"store: {{url: 'sqlite:///{tmp_path}/a.db'}}"
    path = written(tmp_path, f"http: {{token_file: {token}}}\n{store}")

    with pytest.raises(PermissionDeniedError) as refusal:
        load(path, {}, files=True)

    assert str(refusal.value) == (
        f"{path}:1: http.token_file: '{token}' may be read by everybody on this machine; chmod 640"
        " it (in Kubernetes: defaultMode: 0440)"
    )


CONTAINER = "https://account.blob.core.windows.net/aibwatch"


def test_a_container_can_be_the_store() -> None:
    """Its account and its name are parts of its URL; a file has neither."""
    section = Settings.model_validate({"store": {"url": CONTAINER, "lease": "45s"}}).store

    assert (section.shared, section.path) == (True, "")
    assert section.account == "https://account.blob.core.windows.net"
    assert section.container == "aibwatch"
    assert section.lease == timedelta(seconds=45)
    assert not Settings().store.shared


def test_a_connection_string_is_never_shown() -> None:
    """It holds the key of the account."""
    settings = Settings.model_validate(
        {"store": {"url": CONTAINER, "connection_string": "AccountKey=hush"}}
    )

    assert "hush" not in str(settings.redacted())
    assert "hush" not in repr(settings)


def test_rules_for_a_region_come_out_in_the_words_of_the_model(tmp_path: Path) -> None:
    """Region names are canonical; what is not said is empty."""
    text = """
    replicate:
      - {region: North Europe, resource_group: north, subnet: /s, identities: [/a, /b]}
    """

    (rule,) = settings_of(tmp_path, text).replicate

    assert rule.relocation() == Relocation(
        Region("northeurope"), "north", subnet="/s", identities=("/a", "/b")
    )
