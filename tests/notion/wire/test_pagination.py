"""Walking a listing: to its end, past stale cursors, and never in a circle."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from apps.notion.errors import InvalidCursor, MalformedResponse, ServerFault
from apps.notion.pagination import Batch, Json, ListingIncomplete, each, paginate

Answers = list[Json | Exception]


def portion(*ids: str, then: str | None = None, **more: Any) -> Json:
    results = [{"object": "block", "id": identifier} for identifier in ids]
    return {"object": "list", "results": results, "has_more": then is not None, "next_cursor": then, **more}


def listing(*answers: Json | Exception) -> tuple[Callable[..., Any], list[str | None]]:
    """A listing that gives the answers in order, and the cursors that it was asked with."""
    left = list(answers)
    asked: list[str | None] = []

    async def call(*, cursor: str | None) -> Json:
        asked.append(cursor)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return call, asked


async def walk(batches: AsyncIterator[Batch]) -> list[Batch]:
    return [batch async for batch in batches]


def ids(batches: list[Batch]) -> list[list[str]]:
    return [[result["id"] for result in batch.results] for batch in batches]


async def test_walks_to_the_end() -> None:
    call, asked = listing(portion("a", "b", then="1"), portion("c", then="2"), portion("d"))
    batches = await walk(paginate(call))
    assert ids(batches) == [["a", "b"], ["c"], ["d"]]
    assert asked == [None, "1", "2"]
    assert [batch.next_cursor for batch in batches] == ["1", "2", None]
    assert not any(batch.restarted or batch.incomplete for batch in batches)


async def test_goes_on_from_a_checkpoint() -> None:
    call, asked = listing(portion("c"))
    assert ids(await walk(paginate(call, "2"))) == [["c"]]
    assert asked == ["2"]


async def test_a_portion_may_be_empty_although_there_is_more() -> None:
    call, _ = listing(portion(then="1"), portion("a"))
    assert ids(await walk(paginate(call))) == [[], ["a"]]


async def test_the_templates_of_a_data_source_have_an_envelope_of_their_own() -> None:
    call, _ = listing({"templates": [{"id": "t", "name": "T"}], "has_more": False, "next_cursor": None})
    assert ids(await walk(paginate(call))) == [["t"]]


@pytest.mark.parametrize(
    "answers",
    [
        [portion("a", then="1"), portion("b", then="1")],
        [portion("a", then="1"), portion("b", then="2"), portion("c", then="1")],
        [portion("a") | {"has_more": True}],
        [portion("a") | {"has_more": True, "next_cursor": 7}],
    ],
)
async def test_a_listing_that_turns_in_a_circle_is_stopped(answers: Answers) -> None:
    call, asked = listing(*answers)
    with pytest.raises(MalformedResponse, match="turns in a circle"):
        await walk(paginate(call))
    assert len(asked) == len(answers)


@pytest.mark.parametrize("answer", [{}, {"results": None}, {"results": {"id": "a"}}])
async def test_a_listing_without_results_is_malformed(answer: Json) -> None:
    call, _ = listing(answer)
    with pytest.raises(MalformedResponse, match="without its results"):
        await walk(paginate(call))


async def test_a_stale_cursor_starts_again_and_gives_nothing_twice() -> None:
    call, asked = listing(
        portion("a", "b", then="1"),
        portion("c", then="2"),
        InvalidCursor(),
        portion("b", "new", "a", then="1"),  # the order has changed meanwhile, cursors may come again
        portion("c", "d"),
    )
    batches = await walk(paginate(call))
    assert ids(batches) == [["a", "b"], ["c"], ["new"], ["d"]]
    assert [batch.restarted for batch in batches] == [False, False, True, True]
    assert asked == [None, "1", "2", None, "1"]


async def test_a_stale_checkpoint_gives_everything_and_says_so() -> None:
    call, asked = listing(InvalidCursor(), portion("a", then="1"), portion("b"))
    batches = await walk(paginate(call, "old"))
    assert ids(batches) == [["a"], ["b"]]
    assert all(batch.restarted for batch in batches)
    assert asked == ["old", None, "1"]


async def test_property_items_have_no_id_of_their_own_and_are_told_apart_by_position() -> None:
    def items(*pages: str, then: str | None = None) -> Json:
        results = [{"object": "property_item", "id": "rel", "relation": {"id": page}} for page in pages]
        return portion(then=then) | {"results": results}

    call, _ = listing(
        items("p1", "p1", then="1"),
        InvalidCursor(),
        items("p1", then="2"),
        items("p1", "p2"),
    )
    related = [result["relation"]["id"] for batch in await walk(paginate(call)) for result in batch.results]
    assert related == ["p1", "p1", "p2"]


async def test_a_listing_that_dies_again_and_again_is_given_up() -> None:
    dying: Answers = [portion("a", then="1"), InvalidCursor()]
    call, asked = listing(*dying * 4)
    with pytest.raises(InvalidCursor):
        await walk(paginate(call))
    assert len(asked) == 8


async def test_a_cursor_error_without_a_cursor_is_not_repeated() -> None:
    call, asked = listing(InvalidCursor())
    with pytest.raises(InvalidCursor):
        await walk(paginate(call))
    assert asked == [None]


async def test_other_errors_pass_through() -> None:
    call, _ = listing(portion("a", then="1"), ServerFault())
    with pytest.raises(ServerFault):
        await walk(paginate(call))


CAPPED: dict[str, Any] = {"request_status": {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}}


async def test_a_capped_listing_says_so_in_every_batch() -> None:
    call, _ = listing(portion("a", then="1", **CAPPED), portion("b", **CAPPED))
    batches = await walk(paginate(call))
    assert [batch.incomplete for batch in batches] == ["query_result_limit_reached"] * 2


async def test_reading_object_by_object_does_not_hide_what_was_left_out() -> None:
    call, _ = listing(portion("a", then="1", **CAPPED), portion("b", **CAPPED))
    found = []

    async def read() -> None:
        async for result in each(call):
            found.append(result["id"])

    with pytest.raises(ListingIncomplete) as caught:
        await read()
    assert found == ["a", "b"]
    assert caught.value.code == "query_result_limit_reached"
    assert "10,000" in str(caught.value)


async def test_a_whole_listing_read_object_by_object() -> None:
    call, _ = listing(portion("a", then="1"), portion("b", request_status={"type": "complete"}))
    assert [result["id"] async for result in each(call)] == ["a", "b"]
