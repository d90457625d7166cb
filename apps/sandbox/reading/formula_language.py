"""The part of Notion's formula language that workspaces mostly use: a parser that gives functions.

Grammar: ``a ? b : c``, ``or``, ``and``, ``not``, comparisons, ``+ - * / %``, calls (also as ``value.call()``),
``prop("Name")``, text, numbers, ``true``, ``false``.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from apps.sandbox import times


class FormulaUnsupported(Exception):
    """The expression uses something outside this part of the language, or values that do not fit."""


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A date inside a formula, in seconds since 1970."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may ask for."""

    value_of: Callable[[str], Any]
    now: float


Compiled = Callable[[Scope], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>==|!=|>=|<=|[-+*/%<>?:(),.]))"""
)
_UNITS: Final = {"minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_CONSTANTS: Final = {"true": True, "false": False}


def _between(later: Moment | None, earlier: Moment | None, unit: str) -> int | None:
    if later is None or earlier is None:
        return None
    return int((later.seconds - earlier.seconds) // _UNITS[unit])


def _add(moment: Moment | None, amount: float, unit: str) -> Moment | None:
    return None if moment is None else Moment(moment.seconds + amount * _UNITS[unit])


def _filled(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Nothing is neither more nor less than something."""
    return lambda left, right: left is not None and right is not None and compare(left, right)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Moment):
        return times.day(value.seconds)
    if isinstance(value, list):
        return ", ".join(_as_text(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str) or isinstance(right, str):
        return _as_text(left) + _as_text(right)
    return (left or 0) + (right or 0)


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], 0, False)


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "format": _as_text,
    "length": lambda value: len(value or ""),
    "empty": _is_empty,
    "round": lambda value: round(value or 0),
    "floor": lambda value: int((value or 0) // 1),
    "abs": lambda value: abs(value or 0),
    "min": min,
    "max": max,
    "upper": lambda value: _as_text(value).upper(),
    "lower": lambda value: _as_text(value).lower(),
    "contains": lambda value, part: part in (value or ""),
    "replaceAll": lambda value, pattern, to: re.sub(pattern, to, _as_text(value)),
    "concat": lambda *values: "".join(map(_as_text, values)),
    "dateBetween": _between,
    "dateAdd": _add,
    "substring": lambda value, start, end: _as_text(value)[int(start) : int(end)],
}
_BINARY: Final[dict[str, tuple[int, Callable[[Any, Any], Any]]]] = {
    "==": (3, operator.eq),
    "!=": (3, operator.ne),
    ">": (4, _filled(operator.gt)),
    ">=": (4, _filled(operator.ge)),
    "<": (4, _filled(operator.lt)),
    "<=": (4, _filled(operator.le)),
    "+": (5, _plus),
    "-": (5, lambda a, b: (a or 0) - (b or 0)),
    "*": (6, lambda a, b: (a or 0) * (b or 0)),
    "/": (6, lambda a, b: (a or 0) / b),
    "%": (6, lambda a, b: (a or 0) % b),
}


def _either(first: Compiled, second: Compiled) -> Compiled:
    return lambda scope: first(scope) or second(scope)


def _both(first: Compiled, second: Compiled) -> Compiled:
    return lambda scope: first(scope) and second(scope)


def _joined(function: Callable[[Any, Any], Any], left: Compiled, right: Compiled) -> Compiled:
    return lambda scope: function(left(scope), right(scope))


class _Parser:
    def __init__(self, expression: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        position, expression = 0, expression.strip()
        while position < len(expression):
            match = _TOKEN.match(expression, position)
            if match is None or match.lastgroup is None:
                raise FormulaUnsupported(expression)
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        self.tokens.append(("end", ""))
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1]

    def take(self, expected: str | None = None) -> tuple[str, str]:
        token = self.tokens[self.at]
        if expected is not None and token[1] != expected:
            raise FormulaUnsupported(f"{expected} expected")
        self.at += 1
        return token

    def whole(self) -> Compiled:
        compiled = self.choice()
        if self.tokens[self.at][0] != "end":
            raise FormulaUnsupported(self.peek())
        return compiled

    def choice(self) -> Compiled:
        condition = self.either()
        if self.peek() != "?":
            return condition
        self.take("?")
        yes = self.choice()
        self.take(":")
        no = self.choice()
        return lambda scope: yes(scope) if condition(scope) else no(scope)

    def either(self) -> Compiled:
        left = self.both()
        while self.peek() == "or":
            self.take()
            left = _either(left, self.both())
        return left

    def both(self) -> Compiled:
        left = self.binary(3)
        while self.peek() == "and":
            self.take()
            left = _both(left, self.binary(3))
        return left

    def binary(self, level: int) -> Compiled:
        left = self.unary()
        while (known := _BINARY.get(self.peek())) is not None and known[0] >= level:
            self.take()
            left = _joined(known[1], left, self.binary(known[0] + 1))
        return left

    def unary(self) -> Compiled:
        if self.peek() in ("not", "-"):
            _, sign = self.take()
            inner = self.unary()
            return (lambda scope: not inner(scope)) if sign == "not" else (lambda scope: -inner(scope))
        return self.method(self.atom())

    def method(self, value: Compiled) -> Compiled:
        while self.peek() == ".":
            self.take()
            value = self.call(self.take()[1], [value])
        return value

    def atom(self) -> Compiled:
        kind, word = self.take()
        if kind == "number":
            number = float(word) if "." in word else int(word)
            return lambda scope: number
        if kind == "text":
            words = re.sub(r"\\(.)", r"\1", word[1:-1])
            return lambda scope: words
        if word == "(":
            inner = self.choice()
            self.take(")")
            return inner
        if kind != "name":
            raise FormulaUnsupported(word)
        if word in _CONSTANTS:
            constant = _CONSTANTS[word]
            return lambda scope: constant
        return self.call(word, [])

    def call(self, name: str, arguments: list[Compiled]) -> Compiled:
        self.take("(")
        while self.peek() != ")":
            arguments.append(self.choice())
            if self.peek() != ")":
                self.take(",")
        self.take(")")
        if name == "prop":
            return lambda scope: scope.value_of(arguments[0](scope))
        if name in ("now", "today"):
            return lambda scope: Moment(scope.now)
        if name == "if":
            condition, yes, no = arguments
            return lambda scope: yes(scope) if condition(scope) else no(scope)
        function = _FUNCTIONS.get(name)
        if function is None:
            raise FormulaUnsupported(name)
        return lambda scope: function(*(argument(scope) for argument in arguments))


@lru_cache(maxsize=1024)
def compile_formula(expression: str) -> Compiled:
    """Raises FormulaUnsupported."""
    return _Parser(expression).whole()
