"""The learnt limit on its own; windows of 60 s."""

from apps.notion.transports.ceiling import HOLD, AdaptiveCeiling


def ceiling() -> AdaptiveCeiling:
    return AdaptiveCeiling(600, 60.0)


def minutes(number: float) -> float:
    return number * 60.0


def test_a_refusal_lowers_it_to_what_was_seen_but_at_most_by_half() -> None:
    learnt = ceiling()
    learnt.lower(0.0, seen=450)
    assert learnt.at(0.0) == 450
    learnt.lower(1.0, seen=100)
    assert learnt.at(1.0) == 225


def test_a_refusal_above_it_teaches_nothing() -> None:
    learnt = ceiling()
    learnt.lower(0.0, seen=600)
    assert learnt.at(0.0) == 600
    learnt.lower(0.0, seen=400)
    learnt.lower(1.0, seen=420)
    assert learnt.at(1.0) == 400


def test_it_is_kept_for_a_while_and_then_given_back_in_steps() -> None:
    learnt = ceiling()
    learnt.lower(0.0, seen=300)
    assert learnt.at(minutes(HOLD)) == 300
    assert learnt.at(minutes(HOLD + 1)) == 360
    assert learnt.at(minutes(HOLD + 3)) == 480
    assert learnt.at(minutes(HOLD + 30)) == 600


def test_a_refusal_while_it_is_given_back_doubles_the_time_it_is_kept() -> None:
    learnt = ceiling()
    learnt.lower(0.0, seen=300)
    again = minutes(HOLD + 1)
    learnt.lower(again, seen=300)
    assert learnt.at(again + minutes(2 * HOLD)) == 300
    assert learnt.at(again + minutes(2 * HOLD + 1)) == 360


def test_a_refusal_long_after_starts_afresh() -> None:
    learnt = ceiling()
    learnt.lower(0.0, seen=300)
    learnt.lower(minutes(HOLD + 1), seen=300)
    later = minutes(1000)
    learnt.lower(later, seen=300)
    assert learnt.at(later + minutes(HOLD + 1)) == 360


def test_however_often_it_is_refused_a_tenth_is_left() -> None:
    learnt = ceiling()
    for _ in range(20):
        learnt.lower(0.0, seen=0)
    assert learnt.at(0.0) == 60


def test_it_never_reaches_nothing() -> None:
    learnt = AdaptiveCeiling(3, 60.0)
    for _ in range(5):
        learnt.lower(0.0, seen=0)
    assert learnt.at(0.0) == 1
