"""Words as they are searched: the same by whatever letters they were written. ``assets/search.js`` does the same.

Folding: NFKC (https://unicode.org/reports/tr15/), upper case and then lower case, which together is full case folding
(``ß`` becomes ``ss``) in both Python and JavaScript, and no diacritics. Splitting: letters, digits and marks make a
word; scripts that leave no blanks between words are cut into pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 32
"""Characters of a word that count."""
_DIACRITICS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
_DIACRITIC = re.compile(f"[{_DIACRITICS}]")
_PLANES = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
"""Where marks are."""
_MARKS = "".join(character for character in map(chr, _PLANES) if unicodedata.category(character)[0] == "M")
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|[{_MARKS}])*")
_PLAIN_WORD = re.compile("[a-z0-9]+")
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uac00-\ud7af\U00020000-\U0003ffff"
)
"""Thai, Lao, Myanmar, Khmer, kana, Han and Hangul: characters that are searched in pairs."""
_UNSPACED = re.compile(f"[{UNSPACED}]+")


def folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    lower = unicodedata.normalize("NFKC", text).upper().lower().replace("ς", "σ")
    return unicodedata.normalize("NFC", _DIACRITIC.sub("", unicodedata.normalize("NFD", lower)))


def words(text: str) -> Iterator[str]:
    """The words of a text in their order, as often as they are there."""
    if text.isascii():
        for word in _PLAIN_WORD.findall(text.lower()):
            yield word[:LONGEST]
        return
    for word in _WORD.findall(folded(text)):
        yield from _pieces(word)


def _pieces(word: str) -> Iterator[str]:
    end = 0
    for run in _UNSPACED.finditer(word):
        if word[end : run.start()]:
            yield word[end : run.start()][:LONGEST]
        yield from _pairs(run.group())
        end = run.end()
    if word[end:]:
        yield word[end:][:LONGEST]


def _pairs(run: str) -> Iterator[str]:
    """Each two neighbours, and the last one alone, so that every single character begins a word as well."""
    for position in range(len(run) - 1):
        yield run[position : position + 2]
    yield run[-1]
