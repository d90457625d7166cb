from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from apps.core.ui.shares import SMALLEST, described, shares

TONES = st.sampled_from(["ok", "warn", "bad", "run", "mute"])


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 10**9), TONES), max_size=6))
def test_parts_fill_the_bar_side_by_side(parts: list[tuple[str, int, str]]) -> None:
    laid = shares(parts)
    assert len(laid) == sum(value > 0 for _, value, _ in parts)
    for left, right in pairwise(laid):
        assert abs(left.start + left.width - right.start) < 0.03
    if laid:
        assert laid[0].start == 0
        assert abs(laid[-1].start + laid[-1].width - 100) < 0.03


def test_one_failed_of_many_stays_visible() -> None:
    done, failed = shares([("done", 12_503, "ok"), ("capped", 0, "warn"), ("failed", 1, "bad")])
    assert failed.tone == "bad"
    assert failed.width > SMALLEST * 0.9
    assert done.width > 98


def test_the_bar_is_told_in_words_too() -> None:
    assert (
        described([("done", 12_487, "ok"), ("skipped", 0, "mute"), ("failed", 16, "bad")]) == "12,487 done, 16 failed"
    )
