"""A small YAML emitter: one document of maps, lists and scalars, always the same bytes for the same values.

Every YAML 1.1 and 1.2 reader gets back what was put in: a string that could be read as anything else is quoted
the way JSON quotes, which is a double-quoted scalar of YAML (1.2.2, section 7.3.1).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[str, Value]"

_PLAIN = re.compile(r"[A-Za-z\u00c0-\u024f][\w\u00c0-\u024f()/ .,+-]*(?<! )")
_TAKEN = frozenset({"y", "yes", "n", "no", "true", "false", "on", "off", "null", "nan", "inf"})
_NUMBER = re.compile(r"[-+]?(\d|\.\d)|\.?(inf|nan)$", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
LONGEST_KEY = 1000
"""YAML takes a longer key only behind a question mark (1.2.2, section 7.4.2)."""
STEP = "  "


def front_matter(values: Mapping[str, Value]) -> str:
    """The block at the top of a Markdown file, between its two lines of dashes."""
    return "\n".join(["---", *_map(values, ""), "---", ""])


def _map(values: Mapping[str, Value], indent: str) -> Iterator[str]:
    for key, value in values.items():
        written = scalar(key)
        if len(written) > LONGEST_KEY:
            yield f"{indent}? {written}"
            written = ""
        yield from _item(f"{indent}{written}:", value, indent)


def _item(head: str, value: Value, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield head if value else f"{head} {{}}"
        yield from _map(value, indent + STEP)
    elif isinstance(value, str) or not isinstance(value, Sequence):
        yield f"{head} {scalar(value)}"
    else:
        yield head if value else f"{head} []"
        for entry in value:
            yield from _entry(entry, indent + STEP)


def _entry(value: Value, indent: str) -> Iterator[str]:
    """An entry of a list; a map in it begins on the line of its dash."""
    if isinstance(value, Mapping) and value:
        lines = _map(value, indent + STEP)
        yield f"{indent}- {next(lines).lstrip()}"
        yield from lines
    else:
        yield from _item(f"{indent}-", value, indent)


def scalar(value: Scalar) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    return value if _is_plain(value) else _quoted(value)


def _number(value: int | float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}[str(value)]
    written = json.dumps(value)
    # YAML 1.1 takes an exponent for a number only with a point before it and a sign in it.
    mantissa, e, exponent = written.partition("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{exponent}" if e else written


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text.lower() not in _TAKEN and not _NUMBER.match(text)


def _quoted(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
