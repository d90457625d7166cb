"""Names that every file system takes, and that depend on nothing but the object."""

import os
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.exports.arrangement import Arrangement
from apps.exports.naming import TITLE_BYTES, clash_key, file_name, link_to, relative, safe

ID = "0a1b2c3d-0000-4000-8000-1234567890ab"


def object_name(title: str, object_id: str, digits: int = 8) -> str:
    return Arrangement().name(title, object_id, "", digits)


HOSTILE = [
    "../../etc/passwd",
    "..",
    ".",
    "",
    "   ",
    "a\0b",
    "line\none\ttwo",
    "x" * 5000,
    "日本語" * 200,
    "👩‍👩‍👧‍👦" * 60,
    "e\u0301" * 300,
    "\u202eexe.txt",
    "שלום עולם",
    "CON",
    "con.txt",
    "Lpt9 .md",
    "COM¹",
    'a<b>c:d"e/f\\g|h?i*j',
    ".hidden",
    "trailing. . .",
    "\u0301" * 200,
    "\ud7ff\ue000",
    "100% [sure] #1 & more",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_gives_a_name_of_one_harmless_part(title: str) -> None:
    name = f"{object_name(title, ID)}.md"
    assert PurePosixPath(name).parts == (name,)
    assert PureWindowsPath(name).parts == (name,)
    assert not PureWindowsPath(name).is_reserved()
    assert not name.startswith((".", " ", "-\0"))
    assert name.endswith(" 567890ab.md")
    assert len(name.encode()) <= TITLE_BYTES + 20
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in name)


@given(st.text())
def test_no_title_at_all_gives_a_name_that_cannot_be_made(title: str) -> None:
    name = safe(title)
    assert name not in (".", "..")
    assert not {"/", "\\", "\0"} & set(name)
    assert len(name.encode()) <= TITLE_BYTES
    assert name == safe(name), "a safe name stays as it is"
    assert os.fsencode(name).decode() == name


def test_letters_of_all_scripts_and_joined_emoji_are_kept() -> None:
    assert safe("Straße — 日本語 👩‍👧") == "Straße — 日本語 👩‍👧"
    assert safe("Cafe\u0301") == "Café", "composed, as most systems write it"


def test_a_cut_tears_no_character_apart() -> None:
    family = "👩‍👩‍👧‍👦"
    name = safe(family * 60)
    assert name
    assert name == family * (len(name) // len(family))
    accented = "q\u0308"  # there is no composed form
    assert safe(accented * 300) == accented * (len(safe(accented * 300)) // 2)


def test_reserved_names_of_windows_are_told_by_what_stands_before_the_first_dot() -> None:
    assert safe("con.txt") == "_con.txt"
    assert safe("aux") == "_aux"
    assert safe("Lpt9 .md") == "_Lpt9 .md"
    assert safe("Console") == "Console"
    assert safe("contents.txt") == "contents.txt"


def test_the_suffix_belongs_to_the_object_alone() -> None:
    assert object_name("Plan", ID) == "Plan 567890ab"
    assert object_name("", ID) == "Untitled 567890ab"
    assert object_name("Plan", ID.upper()) == object_name("Plan", ID)
    assert object_name("Plan", ID, 32) == "Plan 0a1b2c3d0000400080001234567890ab"


def test_an_attachment_is_named_by_itself_and_its_content() -> None:
    digest = "0123456789abcdef" * 4
    assert file_name("Holiday photo.JPG", digest) == "Holiday photo 0123456789ab.jpg"
    assert file_name("no extension", digest) == "no extension 0123456789ab"
    assert file_name("archive.tar.gz", digest) == "archive.tar 0123456789ab.gz"
    assert file_name("../../x.<script>", digest) == "_.._.._x._script_ 0123456789ab"
    assert file_name("", digest) == "file 0123456789ab"
    assert file_name(".gitignore", digest) == "_.gitignore 0123456789ab"


def test_names_that_some_system_cannot_tell_apart_have_one_key() -> None:
    assert clash_key("Café") == clash_key("CAFE\u0301")
    assert clash_key("STRASSE") == clash_key("straße")
    assert clash_key("a") != clash_key("b")


@pytest.mark.parametrize(
    ("path", "start", "expected"),
    [
        ("b.md", "a.md", "b.md"),
        ("a/b.md", "a.md", "a/b.md"),
        ("b.md", "a/c.md", "../b.md"),
        ("a/b.md", "a/c.md", "b.md"),
        ("x/y/z.md", "x/a/b/c.md", "../../y/z.md"),
        ("a.md", "a.md", "a.md"),
        ("a/a/a.md", "a/a.md", "a/a.md"),
    ],
)
def test_a_relative_path_leads_from_one_file_to_the_other(path: str, start: str, expected: str) -> None:
    assert relative(path, start) == expected
    assert os.path.normpath(os.path.join(os.path.dirname(start), expected)) == path


def test_a_link_is_percent_encoded() -> None:
    encoded = link_to("../A (b) [c] #1 100% é.md")
    assert encoded == "../A%20%28b%29%20%5Bc%5D%20%231%20100%25%20%C3%A9.md"
    assert unquote(encoded) == "../A (b) [c] #1 100% é.md"
