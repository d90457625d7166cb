import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.ui import numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (12_408, "12,408"), (-6, "−6"), (1_234_567, "1,234,567")],
)
def test_figures_have_separators(value: int, shown: str) -> None:
    assert numbers.number(value) == shown


def test_a_part_is_never_without_its_total() -> None:
    assert numbers.of_total(8437, 12_396) == "8,437 of 12,396"
    assert numbers.of_total(8437, None) == "8,437 so far"


@pytest.mark.parametrize(
    ("part", "total", "shown"), [(0, 0, 0), (5, None, 0), (12_503, 12_504, 99), (12_504, 12_504, 100)]
)
def test_a_hundred_per_cent_is_only_said_when_all_is_done(part: int, total: int | None, shown: int) -> None:
    assert numbers.percent(part, total) == shown


@given(part=st.integers(0, 10**9), total=st.integers(1, 10**9))
def test_per_cent_stays_in_its_bounds(part: int, total: int) -> None:
    assert 0 <= numbers.percent(part, total) <= 100
    assert (numbers.percent(part, total) == 100) == (part >= total)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (812, "812 B"),
        (1000, "1 kB"),
        (4_100, "4.1 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (38_000_000, "38 MB"),
        (4_200_000_000, "4.2 GB"),
        (5_000_000_000, "5 GB"),
        (7 * 10**18, "7,000 PB"),
    ],
)
def test_sizes_are_decimal_and_short(size: int, shown: str) -> None:
    assert numbers.byte_size(size) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (0.01, "0.1 s"),
        (0.8, "0.8 s"),
        (0.99, "1 s"),
        (41, "41 s"),
        (59.6, "1 min 00 s"),
        (63, "1 min 03 s"),
        (531, "8 min 51 s"),
        (3599.7, "1 h 00 min"),
        (7_500, "2 h 05 min"),
        (274_000, "3 d 4 h"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, shown: str) -> None:
    assert numbers.duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "5 s"),
        (17, "20 s"),
        (55, "55 s"),
        (56, "1 min"),
        (200, "4 min"),
        (3_541, "1 h"),
        (3_700, "2 h"),
        (200_000, "3 d"),
    ],
)
def test_estimates_round_up_to_one_unit(seconds: float, shown: str) -> None:
    assert numbers.roughly(seconds) == shown


@pytest.mark.parametrize(
    ("value", "forms", "shown"),
    [
        (1, "page", "1 page"),
        (0, "page", "0 pages"),
        (1204, "entry,entries", "1,204 entries"),
        (1, "entry,entries", "1 entry"),
    ],
)
def test_nouns_follow_their_number(value: int, forms: str, shown: str) -> None:
    assert numbers.counted(value, forms) == shown
