"""How far this machine's clock is from Notion's."""

import time
from email.utils import formatdate

import pytest

from apps.notion.clock import Clocks


def dated(behind: float) -> str:
    return formatdate(time.time() - behind, usegmt=True)


def test_without_a_date_nothing_is_claimed() -> None:
    clocks = Clocks()
    clocks.hear(None)
    assert clocks.ahead() == 0


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Nov 2026 99:00:00 GMT"])
def test_what_is_no_date_claims_nothing(date: str) -> None:
    clocks = Clocks()
    clocks.hear(date)
    assert clocks.ahead() == 0


@pytest.mark.parametrize("behind", [600, -600])
def test_it_is_told_by_the_date_of_an_answer(behind: float) -> None:
    clocks = Clocks()
    clocks.hear(dated(behind))
    assert clocks.ahead() == pytest.approx(behind, abs=2)


def test_a_clock_that_was_set_meanwhile_counts_as_it_was_until_all_begins_anew() -> None:
    clocks = Clocks()
    clocks.hear(dated(600))
    clocks.hear(dated(0))
    assert clocks.ahead() == pytest.approx(600, abs=2)
    clocks.begin()
    clocks.hear(dated(0))
    assert clocks.ahead() == pytest.approx(0, abs=2)
