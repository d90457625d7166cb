"""Custom emoji of the workspace."""

from apps.sandbox.call import Call, endpoint
from apps.sandbox.world.json import Json


@endpoint("GET", "/custom_emojis")
def list_custom_emojis(call: Call) -> Json:
    """The key order differs from other lists, as recorded."""
    name = call.asked("name")
    emojis = [emoji for emoji in call.world.custom_emojis if name in (None, emoji["name"])]
    shown, next_cursor = call.page_of(emojis, lambda emoji: str(emoji["id"]))
    return {
        "object": "list",
        "type": "custom_emoji",
        "results": shown,
        "has_more": next_cursor is not None,
        "next_cursor": next_cursor,
    }
