"""The sandbox answers in the shapes Notion was recorded answering in."""

import asyncio
from typing import Any

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import VERSION, Ask, source_named
from tests.sandbox.recordings import exchanges, needs_recordings
from tests.sandbox.shapes import Shapes
from tests.sandbox.walking import Walk, sdk

pytestmark = needs_recordings

DOCUMENTED_KEYS = {
    "block numbered_list_item": {"list_start_index", "list_format"},
}
"""Keys that the reference names and that no recorded answer happens to have."""
DOCUMENTED_TYPES = {
    ("page", "cover"): {"dict"},
    ("inside place", "name"): {"str"},
    ("inside place", "aws_place_id"): {"NoneType"},
    ("inside place", "google_place_id"): {"NoneType"},
    ("user person", "avatar_url"): {"str"},
    ("value rich_text", "rich_text"): {"list"},
    ("rich text text", "href"): {"str"},
    ("inside rollup date", "date"): {"dict"},
    ("inside date", "end"): {"str"},
    ("inside date", "time_zone"): {"str"},
    ("database", "icon"): {"dict"},
    ("list of block", "next_cursor"): {"str"},
    ("property item date", "date"): {"dict"},
    ("property item email", "email"): {"str"},
    ("property item number", "number"): {"NoneType"},
    ("property item phone_number", "phone_number"): {"str"},
    ("property item select", "select"): {"dict"},
    ("property item url", "url"): {"str"},
}


@pytest.fixture(scope="module")
def recorded() -> Shapes:
    shapes = Shapes()
    for exchange in exchanges(VERSION):
        shapes.see(exchange["response"])
    return shapes


@pytest.fixture(scope="module")
def answered() -> Shapes:
    """Everything a walk of the ordinary workspace reads, and the endpoints a walk does not need."""
    return asyncio.run(_answers())


async def _answers() -> Shapes:
    sandbox = Sandbox.generate(pages=300, seed=1)
    shapes = Shapes()
    async with sdk(sandbox) as client:
        walk = await Walk(client).run()
    for answer in walk.answers:
        shapes.see(answer)
    ask = Ask(sandbox)
    shapes.see(await ask.get("users/me"))
    for name in ("Field kit", "Tasks", "Handbook", "Projects"):
        source = sandbox.world.data_sources[source_named(sandbox, name)]
        row = source.rows[0]
        for prop in source.properties.values():
            if prop.type != "relation" or prop.name != "Compensation case":
                shapes.see(await ask.get(f"pages/{row.id}/properties/{prop.id}"))
    return shapes


def _compared(recorded: Shapes, answered: Shapes) -> list[str]:
    return sorted(set(recorded.keys) & set(answered.keys))


def test_enough_kinds_are_compared(recorded: Shapes, answered: Shapes) -> None:
    compared = _compared(recorded, answered)
    assert len([kind for kind in compared if kind.startswith("block ")]) >= 26
    assert len([kind for kind in compared if kind.startswith("value ")]) >= 20
    assert len([kind for kind in compared if kind.startswith("schema ")]) >= 22
    assert len([kind for kind in compared if kind.startswith("property item ")]) >= 18
    assert {"page", "database", "data_source", "comment", "block", "user person", "option"} <= set(compared)


def test_keys_and_their_order_are_those_recorded(recorded: Shapes, answered: Shapes) -> None:
    strange: dict[str, Any] = {}
    for kind in _compared(recorded, answered):
        optional = DOCUMENTED_KEYS.get(kind, set())
        for keys in answered.keys[kind]:
            if tuple(key for key in keys if key not in optional) not in recorded.keys[kind]:
                strange[kind] = (keys, recorded.keys[kind])
    assert not strange


def test_types_are_those_recorded(recorded: Shapes, answered: Shapes) -> None:
    strange: dict[tuple[str, str], Any] = {}
    for kind in _compared(recorded, answered):
        for key, types in answered.types[kind].items():
            known = recorded.types[kind][key] | DOCUMENTED_TYPES.get((kind, key), set())
            if key not in DOCUMENTED_KEYS.get(kind, set()) and not types <= known:
                strange[kind, key] = (types, known)
    assert not strange
