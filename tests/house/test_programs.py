"""A program that is not there is seen: its tests are skipped, and in CI they fail."""

import pytest

from programs import program


@pytest.mark.parametrize(
    ("in_ci", "ends"),
    [("", pytest.skip.Exception), ("true", pytest.fail.Exception)],
    ids=["at home", "in CI"],
)
def test_a_missing_program_is_told(
    in_ci: str, ends: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its name, and what to do about it."""
    monkeypatch.setenv("CI", in_ci)

    with pytest.raises(ends, match="there is no nosuchprogram; find it"):
        program("nosuchprogram", "find it")
