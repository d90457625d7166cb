"""The order Notion keeps a schema in."""

from apps.sandbox.world.objects import Property


def sort_properties(properties: dict[str, Property]) -> dict[str, Property]:
    """By id, the title last."""
    ordered = sorted(properties.values(), key=lambda prop: (prop.id == "title", prop.decoded_id))
    return {prop.id: prop for prop in ordered}
