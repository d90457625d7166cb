"""Bodies: what is packed comes out again, equal content has one digest, huge pages change in few chunks."""

import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notion.normalise import canonical
from apps.snapshots.store.bodies import (
    CHUNK_ABOVE,
    LONGEST_CHUNK,
    SHORTEST_CHUNK,
    Line,
    Packed,
    chunk_digests,
    cut,
    own_json,
    pack,
    read_lines,
)

OWN = {"object": "page", "id": "p", "title": "Zeile 1\nZeile 2\u2028"}


def lines(count: int, seed: int = 0) -> list[Line]:
    ids = [str(uuid.UUID(int=(seed * 1_000_003 + number) * 0x9E3779B97F4A7C15 % 2**128)) for number in range(count)]
    return [Line(each, canonical({"id": each, "n": number})) for number, each in enumerate(ids)]


def loader(*packs: Packed) -> Callable[[bytes], bytes]:
    chunks = {chunk.digest: chunk.body for packed in packs for chunk in packed.chunks}
    return lambda name: chunks[name]


@pytest.mark.parametrize("count", [0, 1, CHUNK_ABOVE, CHUNK_ABOVE + 1, 5_000])
def test_what_was_packed_is_read_again(count: int) -> None:
    inside = lines(count)
    packed = pack(canonical(OWN), inside)
    assert own_json(packed.body) == OWN
    assert list(read_lines(packed.body, loader(packed))) == [line.json for line in inside]
    assert packed.lines == count
    assert bool(packed.chunks) == (count > CHUNK_ABOVE)
    assert chunk_digests(packed.body) == [chunk.digest for chunk in packed.chunks]


def test_equal_content_has_one_digest_and_another_has_another() -> None:
    inside = lines(3)
    assert pack(canonical(OWN), inside).digest == pack(canonical(OWN), list(inside)).digest
    assert pack(canonical(OWN), inside).digest != pack(canonical(OWN), inside[::-1]).digest
    assert pack(canonical(OWN), inside).digest != pack(canonical(OWN | {"id": "q"}), inside).digest


@given(count=st.integers(0, 6_000), seed=st.integers(0, 5))
def test_chunks_keep_their_bounds_and_lose_nothing(count: int, seed: int) -> None:
    inside = lines(count, seed)
    runs = list(cut(inside))
    assert [line for run in runs for line in run] == inside
    assert all(len(run) <= LONGEST_CHUNK for run in runs)
    assert all(len(run) >= SHORTEST_CHUNK for run in runs[:-1])


def test_an_edit_of_a_huge_page_rewrites_few_chunks() -> None:
    inside = lines(20_000)
    before = {chunk.digest for chunk in pack(canonical(OWN), inside).chunks}
    inserted = [*inside[:7_000], *lines(1, seed=9), *inside[7_000:]]
    deleted = [*inserted[:15_000], *inserted[15_001:]]
    after = {chunk.digest for chunk in pack(canonical(OWN), deleted).chunks}
    assert len(before) > 20
    assert len(after - before) <= 4
