"""The sandbox answers in the shapes in which Notion was recorded answering: same keys in the same order, same JSON
types, same nullability, same errors, for each endpoint and for each kind of thing in an answer. What differs stands in
`differences`, with its reason.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final

import pytest

from tests.sandbox.derive_shapes import RECORDED, derived, derived_filters, kept, kept_filters
from tests.sandbox.differences import DIFFERENCES, NOT_SERVED, Row
from tests.sandbox.kitchen_sink import shapes_of_everything
from tests.sandbox.recordings import needs_recordings
from tests.sandbox.shapes import Shape, Shapes

JSON_TYPES: Final = {"array", "boolean", "null", "number", "object", "string"}


@dataclass(frozen=True)
class Difference:
    version: str
    kind: str
    key: str
    what: str

    def fits(self, row: Row) -> bool:
        return (row.key, row.what) == (self.key, self.what) and fnmatchcase(self.kind, row.kind)


@dataclass(frozen=True)
class Both:
    """What Notion and the sandbox answered, by version."""

    recorded: dict[str, Shapes]
    answered: dict[str, Shapes]

    def differences(self) -> Iterator[Difference]:
        for version in RECORDED:
            notion, ours = self.recorded[version].kinds, self.answered[version].kinds
            for kind in sorted(notion.keys() & ours.keys()):
                for key, what in self._between(kind, notion[kind], ours[kind]):
                    yield Difference(version, kind, key, what)

    def _between(self, kind: str, notion: Shape, ours: Shape) -> Iterator[tuple[str, str]]:
        for key in ours.keys:
            if key not in notion.keys:
                yield key, "added"
                continue
            for json_type in sorted(ours.keys[key] - self._types(kind, key)):
                yield key, f"{json_type} too"
            for json_type in sorted(notion.keys[key] - ours.keys[key]):
                yield key, f"never {json_type}"
        for key in notion.keys:
            if key not in ours.keys:
                yield key, "left out"
            elif notion.always(key) and not ours.always(key):
                yield key, "sometimes left out"
        if [key for key in notion.keys if key in ours.keys] != [key for key in ours.keys if key in notion.keys]:
            yield "*", "order"

    def _types(self, kind: str, key: str) -> set[str]:
        """Recorded under any version, as the answer of any endpoint or inside one: values are the same everywhere."""
        shapes = self._alike[kind.rpartition(" → ")[2]]
        return set().union(*(shape.keys.get(key, set()) for shape in shapes))

    @cached_property
    def _alike(self) -> dict[str, list[Shape]]:
        """The recorded shapes of each kind, wherever they stood."""
        found: dict[str, list[Shape]] = defaultdict(list)
        for shapes in self.recorded.values():
            for kind, shape in shapes.kinds.items():
                found[kind.rpartition(" → ")[2]].append(shape)
        return found


@pytest.fixture(scope="module")
def both() -> Both:
    answered = {version: asyncio.run(shapes_of_everything(version)) for version in RECORDED}
    return Both({version: kept(version) for version in RECORDED}, answered)


def test_every_difference_is_explained_and_every_explanation_is_needed(both: Both) -> None:
    found = list(both.differences())
    assert [each for each in found if not any(each.fits(row) for row in DIFFERENCES)] == []
    assert [row for row in DIFFERENCES if not any(each.fits(row) for each in found)] == []
    assert all(row.reason.endswith(".") for row in DIFFERENCES)


def test_every_recorded_kind_is_answered_or_said_not_to_be_served(both: Both) -> None:
    missing = {kind for version in RECORDED for kind in both.recorded[version].kinds} - {
        kind for version in RECORDED for kind in both.answered[version].kinds
    }
    assert {kind for kind in missing if not any(fnmatchcase(kind, known) for known in NOT_SERVED)} == set()
    assert {known for known in NOT_SERVED if not any(fnmatchcase(kind, known) for kind in missing)} == set()


def test_each_version_is_compared_widely(both: Both) -> None:
    least = {"2026-03-11": 310, "2025-09-03": 180}
    for version in RECORDED:
        compared = both.recorded[version].kinds.keys() & both.answered[version].kinds.keys()
        assert len(compared) >= least[version]


def test_refusals_have_the_recorded_status_and_code(both: Both) -> None:
    refused = {kind for shapes in both.recorded.values() for kind in shapes.kinds if " → error " in kind}
    assert len(refused) >= 5
    for kind in refused:
        assert any(kind in shapes.kinds for shapes in both.answered.values()), kind


def test_the_comparison_notices_each_sort_of_difference(both: Both) -> None:
    """So that silence means something: the sandbox's own shapes, spoiled."""
    version = RECORDED[0]
    shapes = {name: keys.copy() for name, keys in both.answered[version].written().items()}
    shapes["comment"] = {"rich_text": "null", "object": "string", "id?": "string", "mood": "string"}
    spoiled = Both(both.recorded, {**both.answered, version: Shapes.read(shapes)})
    found = {(each.key, each.what) for each in spoiled.differences() if each.kind == "comment"}
    expected = {("mood", "added"), ("rich_text", "null too"), ("rich_text", "never array"), ("*", "order")}
    assert expected | {("id", "sometimes left out"), ("parent", "left out")} <= found


@pytest.mark.parametrize("version", RECORDED)
def test_the_kept_shapes_hold_names_of_keys_and_types_only(version: str) -> None:
    for kind, keys in kept(version).written().items():
        assert re.fullmatch(r"[\w /{}\[\].()→]+", kind), kind
        for key, types in keys.items():
            assert re.fullmatch(r"[a-z0-9_]+\??", key), (kind, key)
            assert set(types.split()) <= JSON_TYPES


def test_the_kept_filters_hold_names_of_operators_and_types_only() -> None:
    for condition in kept_filters():
        assert re.fullmatch(r"[a-z_.]+ (\w+)", condition), condition
        assert condition.split()[1] in JSON_TYPES


@needs_recordings
@pytest.mark.parametrize("version", RECORDED)
def test_the_kept_shapes_are_those_of_the_recordings(version: str) -> None:
    assert kept(version).written() == derived(version).written()


@needs_recordings
def test_the_kept_filters_are_those_of_the_recordings() -> None:
    assert kept_filters() == derived_filters()
