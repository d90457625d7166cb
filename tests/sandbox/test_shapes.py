"""The sandbox answers in the shapes Notion was recorded answering in."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from apps.sandbox import Sandbox
from tests.sandbox.asking import VERSION, Ask, source_named
from tests.sandbox.recordings import exchanges, needs_recordings
from tests.sandbox.shapes import Shapes
from tests.sandbox.walking import Walk, sdk

pytestmark = needs_recordings

OLDER = "2025-09-03"
UNRECORDED = {"file_upload"}
"""Kinds that were recorded under the older version only."""

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
    ("view", "sorts"): {"list"},
    ("list of block", "next_cursor"): {"str"},
    ("property item date", "date"): {"dict"},
    ("property item email", "email"): {"str"},
    ("property item number", "number"): {"NoneType"},
    ("property item phone_number", "phone_number"): {"str"},
    ("property item select", "select"): {"dict"},
    ("property item url", "url"): {"str"},
}


@dataclass(frozen=True)
class Both:
    """What Notion and the sandbox answered under one version."""

    version: str
    recorded: Shapes
    anywhere: Shapes
    """Recorded under either version: the types of values do not differ between them."""
    answered: Shapes

    @property
    def compared(self) -> list[str]:
        return sorted(set(self.recorded.keys) & set(self.answered.keys))


@pytest.fixture(scope="module", params=[VERSION, OLDER])
def both(request: pytest.FixtureRequest) -> Both:
    recorded, anywhere = Shapes(), Shapes()
    for version in (VERSION, OLDER):
        for exchange in exchanges(version):
            anywhere.see(exchange["response"])
            if version == request.param:
                recorded.see(exchange["response"])
    return Both(request.param, recorded, anywhere, asyncio.run(_answers(request.param)))


async def _answers(version: str) -> Shapes:
    """Everything a walk of the ordinary workspace reads, and the endpoints a walk does not need."""
    sandbox = Sandbox.generate(pages=300, seed=1)
    shapes = Shapes()
    async with sdk(sandbox, version=version) as client:
        walk = await Walk(client).run()
    for answer in walk.answers:
        shapes.see(answer)
    ask = Ask(sandbox, version=version)
    shapes.see(await ask.get("users/me"))
    shapes.see(await ask.get("custom_emojis"))
    shapes.see(await ask.post("file_uploads", {"filename": "a.txt", "content_type": "text/plain"}))
    for name in ("Field kit", "Tasks", "Handbook", "Projects"):
        source = sandbox.world.data_sources[source_named(sandbox, name)]
        row = source.rows[0]
        for prop in source.properties.values():
            if prop.name != "Compensation case":
                shapes.see(await ask.get(f"pages/{row.id}/properties/{prop.id}"))
    return shapes


def test_enough_kinds_are_compared(both: Both) -> None:
    counts = {kind.split()[0]: 0 for kind in both.compared}
    for kind in both.compared:
        counts[kind.split()[0]] += 1
    assert {"page", "database", "data_source", "comment", "block", "file_upload"} - set(both.compared) <= UNRECORDED
    if both.version == VERSION:
        assert counts["block"] >= 27
        assert counts["value"] >= 20
        assert counts["schema"] >= 22
        assert counts["property"] >= 18
    else:
        assert {"view", "list of view", "list of custom_emoji", "user person"} <= set(both.compared)


def test_keys_and_their_order_are_those_recorded(both: Both) -> None:
    strange: dict[str, Any] = {}
    for kind in both.compared:
        optional = DOCUMENTED_KEYS.get(kind, set())
        for keys in both.answered.keys[kind]:
            if tuple(key for key in keys if key not in optional) not in both.recorded.keys[kind]:
                strange[kind] = (keys, both.recorded.keys[kind])
    assert not strange


def test_types_are_those_recorded(both: Both) -> None:
    strange: dict[tuple[str, str], Any] = {}
    for kind in both.compared:
        for key, types in both.answered.types[kind].items():
            known = both.anywhere.types[kind][key] | DOCUMENTED_TYPES.get((kind, key), set())
            if key not in DOCUMENTED_KEYS.get(kind, set()) and not types <= known:
                strange[kind, key] = (types, known)
    assert not strange
