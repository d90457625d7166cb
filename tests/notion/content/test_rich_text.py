"""Runs, mentions and equations; and how long text is cut for a write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.notion.check.loss import lost
from apps.notion.model import NO_UPLOADS, Json, payload_of
from apps.notion.refusals import ReadOnlyRun, Unreadable
from apps.notion.rich_text import MAX_TEXT, Mention, Run, plain_text, split_text
from tests.notion.content.patience import PATIENT
from tests.notion.samples.parts import NO_STYLE, OTHER_ID, mention, text, typed, user

MENTIONS: dict[str, tuple[object, object]] = {
    "user": (user(), {"object": "user", "id": user()["id"]}),
    "page": ({"id": OTHER_ID}, {"id": OTHER_ID}),
    "database": ({"id": OTHER_ID}, {"id": OTHER_ID}),
    "date": (
        {"start": "2026-07-04", "end": "2026-07-05", "time_zone": "Europe/Lisbon"},
        {"start": "2026-07-04", "end": "2026-07-05", "time_zone": "Europe/Lisbon"},
    ),
    "template_mention": (
        {"type": "template_mention_date", "template_mention_date": "today"},
        {"type": "template_mention_date", "template_mention_date": "today"},
    ),
    "link_preview": ({"url": "https://git.example.com/1"}, ReadOnlyRun),
    "link_mention": ({"href": "https://example.com", "title": "Example", "icon_url": "x"}, ReadOnlyRun),
    "custom_emoji": ({"id": OTHER_ID, "name": "logo", "url": "https://e.example/l.png"}, {"id": OTHER_ID}),
}


def test_every_kind_of_mention_is_covered() -> None:
    assert set(MENTIONS) == Mention.kinds


@pytest.mark.parametrize("kind", sorted(MENTIONS))
def test_mentions_are_read_without_loss_and_written(kind: str) -> None:
    value, written = MENTIONS[kind]
    raw = mention(kind, value, "words", "https://example.com/x")
    run = Run.parse(raw)
    assert run.raw() == raw
    assert run.plain == "words"
    if isinstance(written, type):
        with pytest.raises(written, match=kind):
            run.payload()
        return
    expected = {"type": "mention", "mention": {"type": kind, kind: written}, "annotations": NO_STYLE}
    assert run.payload() == expected
    assert list(lost(raw, run.payload())) == []


@pytest.mark.parametrize("kind", ["link_preview", "link_mention"])
def test_a_text_can_stand_in_for_what_is_read_only(kind: str) -> None:
    run = Run.parse(mention(kind, MENTIONS[kind][0], "Issue 1"))
    link = run.as_text().payload()["text"]["link"]
    assert run.as_text().plain == "Issue 1"
    assert link is not None
    assert link["url"].startswith("https://")


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "hologram", "hologram": {"x": 1}, "annotations": NO_STYLE, "plain_text": "seen", "href": None},
        mention("dream", {"id": 1}, "seen"),
    ],
)
def test_unknown_runs_and_mentions_are_kept_and_written_word_for_word(raw: Json) -> None:
    run = Run.parse(raw)
    assert run.raw() == raw
    assert run.plain == "seen"
    assert run.payload() == {name: value for name, value in raw.items() if name not in ("plain_text", "href")}


@pytest.mark.parametrize(
    "raw",
    [
        "text",
        {"type": "text"},
        {"type": "text", "text": "words"},
        {"type": "text", "text": None},
        {"type": "text", "text": {"content": 5}},
        {"type": "text", "text": {"content": "a", "link": "https://example.com"}},
        {"type": "equation", "equation": {}},
        {"type": "mention", "mention": {"type": "user"}},
        {"type": "mention", "mention": {"type": "page", "page": "id"}},
    ],
)
def test_wrong_shapes_are_refused(raw: object) -> None:
    with pytest.raises(Unreadable):
        Run.parse(raw)


def test_unknown_colours_and_styles_are_kept() -> None:
    raw = text("x", color="ultraviolet", sparkling=True)
    assert Run.parse(raw).payload()["annotations"]["sparkling"] is True


wide = st.text(st.sampled_from("ab\U0001f600é\u0301"), max_size=60)


@PATIENT
@given(wide, st.integers(2, 9))
def test_pieces_are_short_enough_and_together_the_whole(content: str, limit: int) -> None:
    pieces = list(split_text(content, limit))
    assert "".join(pieces) == content
    assert all(len(piece.encode("utf-16-le")) // 2 <= limit for piece in pieces)
    assert all(len(piece.encode("utf-16-le")) // 2 >= limit - 1 for piece in pieces[:-1])


def test_a_long_run_is_written_in_pieces_of_one_style() -> None:
    raw = text("x" * MAX_TEXT + "y" * 5, "https://example.com", bold=True)
    written = payload_of([Run.parse(raw)], NO_UPLOADS)
    assert written == [
        typed("x" * MAX_TEXT, "https://example.com", bold=True),
        typed("y" * 5, "https://example.com", bold=True),
    ]
    assert list(lost([raw], written)) == []


@pytest.mark.parametrize("length", [0, 1, MAX_TEXT // 2, MAX_TEXT])
def test_a_run_that_fits_is_written_as_it_is(length: int) -> None:
    raw = text("x" * length)
    assert payload_of([Run.parse(raw)], NO_UPLOADS) == [typed("x" * length)]


def test_plain_text_joins_the_runs() -> None:
    runs = [Run.parse(text("a ")), Run.parse(mention("user", user(), "@Ines"))]
    assert plain_text(runs) == "a @Ines"
