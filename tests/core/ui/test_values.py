from typing import Any

import pytest

from apps.core.ui.kinds import kind_icon
from apps.core.ui.values import shown


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        ("", "nothing"),
        ([], "nothing"),
        (0, "0"),
        (False, "no"),
        (True, "yes"),
        (["a", None, True], "a, nothing, yes"),
        ({"b": 1, "a": "ü"}, '{"a": "ü", "b": 1}'),
        ("2026-11-20", "2026-11-20"),
    ],
)
def test_values_read_as_words(value: Any, words: str) -> None:
    assert shown(value) == words


def test_a_kind_that_we_do_not_know_is_shown_as_one() -> None:
    assert kind_icon("data_source") == "table"
    assert kind_icon("hologram") == "cube"
