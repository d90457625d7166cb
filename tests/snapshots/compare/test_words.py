"""Two texts word by word: nothing is lost on either side, and no more is marked than has to be."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.snapshots.compare.runs import compared_runs
from apps.snapshots.compare.words import LONGEST, Piece, compared, words

TEXTS = st.text(alphabet=" \n.,abcxyzäß漢字🙂", max_size=60)


def marked(before: str, after: str) -> str:
    """``[-removed-]`` and ``{+added+}``, as word diffs are usually written."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(signs[piece.op].format(piece.text) for piece in compared(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("the first five units", "the first ten units", "the first [-five-]{+ten+} units"),
        ("Ines Duarte", "Ines Duarte, Paul Weir", "Ines Duarte{+, Paul Weir+}"),
        ("one two three", "one four five", "one [-two three-]{+four five+}"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("same", "same", "same"),
        ("", "", ""),
        ("27 November 2026", "4 December 2026", "[-27 November-]{+4 December+} 2026"),
        ("東京都", "東京府", "東京[-都-]{+府+}"),
        ("a b c d", "b c d e", "[-a -]b c d{+ e+}"),
    ],
)
def test_words_that_changed_are_marked_and_no_others(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = compared(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == before
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == after
    assert all(piece.text for piece in pieces)
    assert all(one.op != other.op for one, other in pairwise(pieces))


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_no_more_words_are_marked_than_in_the_longest_common_subsequence(old: list[str], new: list[str]) -> None:
    pieces = compared(",".join(old), ",".join(new))
    kept = sum(len(words(piece.text)) for piece in pieces if piece.op == "same")
    assert kept == longest_common(words(",".join(old)), words(",".join(new)))


def longest_common(old: list[str], new: list[str]) -> int:
    row = [0] * (len(new) + 1)
    for one in old:
        above = row[:]
        for at, other in enumerate(new, start=1):
            row[at] = above[at - 1] + 1 if one == other else max(above[at], row[at - 1])
    return row[-1]


def test_texts_that_share_nothing_are_replaced_whole_in_good_time() -> None:
    before, after = " ".join(f"a{n}" for n in range(LONGEST)), " ".join(f"b{n}" for n in range(LONGEST))
    assert compared(before, after) == [Piece("removed", before), Piece("added", after)]


def run(text: str, *, link: str = "", **annotations: Any) -> dict[str, Any]:
    plain = {"bold": False, "italic": False, "color": "default"}
    return {"type": "text", "plain_text": text, "href": link or None, "annotations": plain | annotations}


def test_words_that_only_look_different_are_restyled() -> None:
    pieces = compared_runs([run("Read this now")], [run("Read "), run("this", bold=True), run(" later")])
    assert pieces == [
        Piece("same", "Read "),
        Piece("restyled", "this"),
        Piece("same", " "),
        Piece("removed", "now"),
        Piece("added", "later"),
    ]
    assert compared_runs([run("here")], [run("here", link="https://example.com")]) == [Piece("restyled", "here")]


def test_how_a_text_is_cut_into_runs_does_not_matter() -> None:
    assert compared_runs([run("one two")], [run("one "), run("two")]) == [Piece("same", "one two")]
