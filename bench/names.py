"""The ids of the fleet, for those who do not need the simulated Azure."""

SUBSCRIPTION = "00000000-0000-0000-0000-0000000000b1"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images"
PLACES = ("westeurope", "northeurope")


def template(number: int) -> str:
    """Return the id of the `number`th template: primaries and secondaries in turn."""
    image, place = divmod(number, len(PLACES))
    name = f"image-{image:05}-{PLACES[place]}"
    return f"{GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/{name}"
