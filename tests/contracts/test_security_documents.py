"""What the documents say about security can be looked up: every file and test that they name is there."""

import re

import pytest

from tests.contracts.test_house_rules import ROOT

DOCUMENTS = ("docs/security.md", "docs/asvs.md")
NAMED = re.compile(
    r"`((?:apps|tests|notionhub|templates|static|docker|requirements|docs|\.ci)/[\w./-]+|[A-Z]{4,}\.md)(?:::(\w+))?`"
)
LEVEL_TWO = {1: 14, 2: 10, 3: 7, 4: 3, 5: 5, 6: 4, 7: 4, 8: 3, 9: 2, 10: 3, 11: 1, 12: 6, 13: 4, 14: 5}
"""Sections of each chapter of ASVS 4.0.3; those without a requirement of level 2 are in `WITHOUT`."""
WITHOUT = {"1.3", "1.13", "3.6", "10.1"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_test_that_is_named_exists(document: str) -> None:
    named = NAMED.findall((ROOT / document).read_text())
    assert len(named) > 60
    for path, test in named:
        assert (ROOT / path).exists(), path
        if test:
            assert re.search(rf"^(?:async )?def {test}\(", (ROOT / path).read_text(), re.MULTILINE), f"{path}::{test}"


def test_every_section_of_the_standard_has_an_answer() -> None:
    text = (ROOT / "docs/asvs.md").read_text()
    rows = [line.split("|")[1].strip() for line in text.splitlines() if re.match(r"\| \d", line)]
    answered = {".".join(number.split(".")[:2]) for row in rows for number in re.findall(r"\d+\.\d+\.\d+", row)}
    spans = {(int(a), int(b), int(c)) for row in rows for a, b, c in re.findall(r"(\d+)\.(\d+)\.\d+–\1\.(\d+)\.", row)}
    answered |= {f"{chapter}.{section}" for chapter, first, last in spans for section in range(first, last + 1)}
    wanted = {f"{chapter}.{section}" for chapter, last in LEVEL_TWO.items() for section in range(1, last + 1)}
    assert wanted - WITHOUT - answered == set()


def test_what_is_open_is_said_to_be() -> None:
    assert (ROOT / "docs/asvs.md").read_text().count("**") >= 10
