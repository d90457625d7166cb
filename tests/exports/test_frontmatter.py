"""Front matter: every YAML reader gets back what was put in."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from apps.exports.frontmatter import front_matter

text = st.one_of(
    st.text(),
    st.text(alphabet="yesnoYESNO -.:#e1+E0x_~{}[]&*!|>'\"%@`,?"),
    st.sampled_from(["null", "~", "Yes", "off", "1e3", "0x1f", "1_000", "12:30", "2026-11-20", ".inf", "=", "<<", "-"]),
    st.sampled_from(["# not a comment", "key: value", "---", "...", "tab\there", "two\nlines\n", " padded ", "\u2028"]),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), text)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=10,
)


def body(written: str) -> str:
    first, between, last = written[:4], written[4:-4], written[-4:]
    assert (first, last) == ("---\n", "---\n")
    return between


@settings(deadline=None)
@given(st.dictionaries(text, values, min_size=1, max_size=5))
@example({"k" * 5000: "a key that is longer than YAML's short form takes", "after": [1]})
@example({"huge": 1e300, "tiny": 5e-324, "exact": 10.0, "infinite": float("-inf")})
@example({"list of maps": [{"a": 1, "b": [{"c": {}}]}, {}, [], [[1], [2]]]})
def test_two_readers_of_yaml_1_1_and_1_2_get_back_what_was_put_in(given: dict[str, Any]) -> None:
    written = body(front_matter(given))
    assert yaml.safe_load(written) == given
    assert YAML(typ="safe", pure=True).load(written) == given


@given(st.dictionaries(text, values, max_size=5))
def test_the_same_values_give_the_same_bytes_and_no_line_that_ends_it_early(given: dict[str, Any]) -> None:
    written = front_matter(given)
    assert written == front_matter(json.loads(json.dumps(given)))
    assert [line for line in written.split("\n") if line == "---"] == ["---", "---"]


@pytest.mark.parametrize("word", ["Roadmap", "Straße 12", "a/b (c) 1.5", "日本", "in-progress"])
def test_what_cannot_be_misread_is_not_quoted_where_it_is_latin(word: str) -> None:
    written = body(front_matter({"title": word}))
    assert written in (f"title: {word}\n", f'title: "{word}"\n')
    assert ('"' in written) == (word == "日本")
