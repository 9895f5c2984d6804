"""`notify`: what is wrong with a channel is said in words, and its secrets never."""

import json
from pathlib import Path

import pytest

from aibwatch.config.load import load
from aibwatch.config.schema import Settings
from aibwatch.errors import PermissionDeniedError
from unit.config.fragments import NO_VARIABLES, problems_of, written

HOOK = "name: a, kind: webhook"
MAIL = "name: a, kind: email"
RIGHT_MAIL = f"{MAIL}, server: 'smtp.example.com:587', sender: a@b.c, to: [d@e.f]"


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ("kind: slack, url: 'https://a.b/c'", "notify[0].name: is missing"),
        ("name: a b, kind: slack, url: 'https://a.b/c'", "notify[0].name: 'a b' is no name of"),
        ("name: a, kind: pigeon", "notify[0].kind: 'pigeon' is none of webhook, slack,"),
        (HOOK, "notify[0].url: or url_file is needed with kind webhook: one of them, not both"),
        (f"{HOOK}, url: 'https://a.b', url_file: /c", "notify[0].url: or url_file is needed"),
        (f"{HOOK}, url: 'ftp://CANARY'", "notify[0].url: the value is no address; write https://"),
        (f"{HOOK}, url: 'https://a.b', to: [a@b.c]", "notify[0].to: means nothing with kind web"),
        ("name: a, kind: slack, url: 'http://a.b'", "notify[0].url: must be https"),
        (
            "name: a, kind: teams, url: 'https://a.b', secret_file: /c",
            "notify[0].secret_file: means nothing with kind teams",
        ),
        (
            f"{HOOK}, url: 'https://a.b', events: [rain]",
            "notify[0].events[0]: 'rain' is none of incident_opened, incident_closed",
        ),
        (
            f"{HOOK}, url: 'https://a.b', template: '{{{{ title'",
            "notify[0].template: '{{ title' is no template of Jinja2: line 1",
        ),
        (
            f"{HOOK}, url: 'https://a.b', template: '{{{{ titel }}}} {{{{ title }}}}'",
            "notify[0].template: '{{ titel }} {{ title }}' shows 'titel', and no notification has",
        ),
        (
            f"{HOOK}, url: 'https://a.b', template: '{{{{ title|shout }}}}'",
            "notify[0].template: '{{ title|shout }}' is no template of Jinja2: line 1: No filter",
        ),
        (f"{MAIL}, sender: a@b.c, to: [d@e.f]", "notify[0].server: is missing: kind email needs"),
        (f"{RIGHT_MAIL}, url: 'https://a.b'", "notify[0].url: means nothing with kind email"),
        (f"{RIGHT_MAIL}, username: ada", "notify[0].username: and password_file go together"),
        (f"{RIGHT_MAIL}, tls: none", "notify[0].tls: 'none' is none of starttls, tls"),
        (
            f"{MAIL}, server: smtp, sender: a@b.c, to: [d@e.f]",
            "notify[0].server: 'smtp' is no mail server; write host:port",
        ),
        (
            f"{MAIL}, server: 'smtp:25', sender: a@b.c, to: ['d@e.f, g@h.i']",
            "notify[0].to[0]: 'd@e.f, g@h.i' is no address of mail",
        ),
    ],
)
def test_a_wrong_channel_is_refused_in_words(tmp_path: Path, keys: str, problem: str) -> None:
    """With the place, the value unless it is a secret, and the remedy."""
    [said] = problems_of(tmp_path, f"notify: [{{{keys}}}]")

    assert said.startswith(f"a.yaml:1: {problem}"), said
    assert "CANARY" not in said


def test_two_channels_of_one_name_are_refused(tmp_path: Path) -> None:
    """What was told is kept by name."""
    one = "{name: a, kind: webhook, url: 'https://a.b'}"

    [said] = problems_of(tmp_path, f"notify: [{one}, {one}]")

    assert said.endswith("'a' is also the name of notify[0]; names must differ")


def test_a_url_is_shown_nowhere(tmp_path: Path) -> None:
    """Whoever knows it can write to the channel."""
    text = "notify: [{name: a, kind: slack, url: 'https://hooks.slack.com/CANARY'}]"

    settings = load(written(tmp_path, text), NO_VARIABLES)

    assert "CANARY" not in repr(settings) + json.dumps(settings.redacted())
    assert settings.notify[0].url is not None
    assert settings.notify[0].url.get_secret_value().endswith("CANARY")


@pytest.mark.parametrize("key", ["url_file", "secret_file"])
def test_files_of_secrets_are_looked_at(tmp_path: Path, key: str) -> None:
    """They must be there, and not for everybody to read."""
    secret = tmp_path / "secret"
    other = "" if key == "url_file" else "url: 'https://a.b', "
    text = f"notify: [{{name: a, kind: webhook, {other}{key}: {secret}}}]\n"
    text += f"store: {{url: 'sqlite:///{tmp_path}/a.db'}}"

    [missing] = problems_of(tmp_path, text, files=True)
    secret.write_text("https://a.b")
    secret.chmod(0o644)
    with pytest.raises(PermissionDeniedError) as open_to_all:
        load(written(tmp_path, text), NO_VARIABLES, files=True)
    secret.chmod(0o600)

    assert f"notify[0].{key}: " in missing
    assert "may be read by everybody" in str(open_to_all.value)
    assert isinstance(load(written(tmp_path, text), NO_VARIABLES, files=True), Settings)
