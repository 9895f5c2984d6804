"""The token file: who may read it, and what may be in it."""

from pathlib import Path

import pytest

from aibwatch.config.surroundings import read_token
from aibwatch.errors import ConfigError, PermissionDeniedError


def token_file(folder: Path, content: bytes, mode: int) -> str:
    """Write a token file and return its path."""
    path = folder / "token"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o640, 0o440])
def test_owner_and_group_may_read_the_token(tmp_path: Path, mode: int) -> None:
    """A group is how a daemon and its operators share it; the line end is no part of it."""
    assert read_token(token_file(tmp_path, b"abc123\n", mode)) == "abc123"


@pytest.mark.parametrize("mode", [0o444, 0o644, 0o604])
def test_what_everybody_may_read_is_no_secret(tmp_path: Path, mode: int) -> None:
    """It is refused, whatever else is right."""
    with pytest.raises(PermissionDeniedError, match="may be read by everybody"):
        read_token(token_file(tmp_path, b"abc123", mode))


@pytest.mark.parametrize("content", [b"", b"\n", b"two words", b"a\nb", b"a\x07b"])
def test_what_is_not_one_word_is_no_token(tmp_path: Path, content: bytes) -> None:
    """An empty token would let everybody in; the rest cannot go into a header."""
    with pytest.raises(ConfigError, match="holds no token; write one word"):
        read_token(token_file(tmp_path, content, 0o600))


@pytest.mark.parametrize("content", [b"caf\xc3\xa9", b"\xff\xfe"])
def test_what_is_not_ascii_is_no_text(tmp_path: Path, content: bytes) -> None:
    """Headers are ASCII."""
    with pytest.raises(ConfigError, match="is no readable text file"):
        read_token(token_file(tmp_path, content, 0o600))


def test_a_folder_is_no_token(tmp_path: Path) -> None:
    """A mount of the whole secret in place of its file."""
    with pytest.raises(ConfigError, match="is no readable text file"):
        read_token(str(tmp_path))
