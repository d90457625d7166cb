import pytest

from apps.core.ui import marks


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mara Lindqvist", "ML"),
        ("Tomas von Okafor", "TO"),
        ("ci-deploy", "CI"),
        ("mara.lindqvist@northwind.example", "ML"),
        ("ci-deploy (token of Mara)", "CM"),
        ("Ødegård", "ØD"),
        ("李小龍", "李小"),
        ("  ", "·"),
        ("🦾", "·"),
    ],
)
def test_initials(name: str, shown: str) -> None:
    assert marks.initials(name) == shown


def test_the_letter_of_a_tile_skips_what_is_no_letter() -> None:
    assert marks.letter("“acme” robotics") == "A"
    assert marks.letter("7th floor") == "7"
    assert marks.letter("🦾") == "·"


def test_a_key_always_has_the_same_ground_and_grounds_differ() -> None:
    keys = [f"ws_{i}" for i in range(50)]
    assert [marks.tile_class(key) for key in keys] == [marks.tile_class(key) for key in keys]
    assert {marks.tile_class(key) for key in keys} == set(marks.TILES)
    assert {marks.face_class(key) for key in keys} == set(marks.FACES)
