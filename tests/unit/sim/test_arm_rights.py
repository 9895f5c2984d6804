"""Actions by the rule that ARM names them by."""

import pytest

from aibwatch.sim.arm_rights import action_of

ONE = "/subscriptions/00000000-0000-0000-0000-000000000001"
WITHIN = f"{ONE}/resourceGroups/images"
BUILDER = "Microsoft.VirtualMachineImages/imageTemplates"


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", ONE, "Microsoft.Resources/subscriptions/read"),
        ("GET", f"{ONE}/locations", "Microsoft.Resources/subscriptions/locations/read"),
        ("GET", f"{ONE}/providers/A.B", "Microsoft.Resources/subscriptions/providers/read"),
        ("GET", WITHIN, "Microsoft.Resources/subscriptions/resourceGroups/read"),
        ("GET", f"{ONE}/providers/A.B/locations/north/usages", "A.B/locations/usages/read"),
        ("GET", "/providers/A.B/things/default", "A.B/things/read"),
        ("GET", f"{WITHIN}/providers/A.B/nets/n/subnets/s", "A.B/nets/subnets/read"),
        ("GET", f"{WITHIN}/providers/{BUILDER}/t/providers/A.B/grants", "A.B/grants/read"),
        ("PUT", f"{WITHIN}/providers/{BUILDER}/t", f"{BUILDER}/write"),
        ("POST", f"{WITHIN}/providers/{BUILDER}/t/run", f"{BUILDER}/run/action"),
    ],
)
def test_an_action_is_the_types_on_the_path(method: str, path: str, action: str) -> None:
    """Without the names between them, by the last provider of the path."""
    assert action_of(method, path) == action.lower()
