"""Numbers in the format that their column's schema names.

https://developers.notion.com/reference/property-object#number
"""

from collections.abc import Mapping
from typing import TypeAlias

from apps.notion import nodes
from apps.notion.lowering import Lowering
from apps.notion.model import Json
from apps.notion.properties.number import NumberValue
from apps.notion.properties.property import PropertyValue, text_of
from apps.notion.properties.rollup import RollupValue

Formats: TypeAlias = Mapping[str, str]
"""Id of a property → its format (`number`, `percent`, `euro`, …)."""
NO_FORMATS: Formats = {}
SIGNS = {
    "argentine_peso": "ARS ",
    "australian_dollar": "A$",
    "baht": "THB ",
    "canadian_dollar": "CA$",
    "chilean_peso": "CLP ",
    "colombian_peso": "COP ",
    "danish_krone": "DKK ",
    "dirham": "AED ",
    "dollar": "$",
    "euro": "€",
    "forint": "HUF ",
    "franc": "CHF ",
    "hong_kong_dollar": "HK$",
    "koruna": "CZK ",
    "krona": "SEK ",
    "leu": "RON ",
    "lira": "TRY ",
    "mexican_peso": "MX$",
    "new_taiwan_dollar": "NT$",
    "new_zealand_dollar": "NZ$",
    "norwegian_krone": "NOK ",
    "peruvian_sol": "PEN ",
    "philippine_peso": "₱",
    "pound": "£",
    "rand": "ZAR ",
    "real": "R$",
    "ringgit": "MYR ",
    "riyal": "SAR ",
    "ruble": "RUB ",
    "rupee": "₹",
    "rupiah": "IDR ",
    "shekel": "₪",
    "singapore_dollar": "SGD ",
    "uruguayan_peso": "UYU ",
    "won": "₩",
    "yen": "¥",
    "yuan": "CN¥",
    "zloty": "PLN ",
}
WHOLE = frozenset({"won", "yen"})
"""Money without smaller coins."""
KEEPING = frozenset({"sum", "average", "median", "min", "max", "range", "show_original", "show_unique"})
"""What a rollup can do to numbers without changing what they count."""
PRECISION = 12
"""Digits after the point beyond which only the machine's rounding stands."""


def number_words(number: float, number_format: str | None) -> str:
    """`1234.5` → `1,234.5`, `€1,234.50`; `0.07` → `7%`. An unknown format leaves the number as it is."""
    if number_format == "percent":
        return f"{text_of(round(number * 100, PRECISION))}%"
    if number_format == "number_with_commas":
        return f"{int(number):,}" if number == int(number) else f"{number:,}"
    if sign := SIGNS.get(number_format or ""):
        coins = 0 if number_format in WHOLE and number == int(number) else 2
        return f"{'-' if number < 0 else ''}{sign}{abs(number):,.{coins}f}"
    return text_of(number)


def formatted_line(value: PropertyValue, lowering: Lowering, number_format: str | None) -> nodes.Line:
    """The value's line with its numbers in this format."""
    match value:
        case NumberValue(number=int() | float() as number):
            return (nodes.Text(number_words(number, number_format)),)
        case RollupValue() if value.rollup.array is not None:
            return nodes.separated(formatted_line(one, lowering, number_format) for one in value.rollup.array)
        case RollupValue() if value.rollup.number is not None:
            return (nodes.Text(number_words(value.rollup.number, number_format)),)
        case _:
            return value.line(lowering)


def format_of(column: Json, rolled_up: Json | None = None) -> str | None:
    """The number format of a schema's property; for a rollup also of the property `rolled_up`."""
    kind = column.get("type")
    if kind == "number":
        return _named_format(column)
    function = str((column.get("rollup") or {}).get("function", "")) if kind == "rollup" else ""
    if function.startswith("percent_"):
        return "percent"
    return _named_format(rolled_up) if rolled_up and function in KEEPING else None


def _named_format(column: Json) -> str | None:
    config = column.get("number")
    return config.get("format") if isinstance(config, dict) else None
