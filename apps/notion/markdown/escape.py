"""How text is kept from being read as markup. https://spec.commonmark.org/0.31.2/ and https://github.github.com/gfm/

What is escaped where:
- everywhere: the characters that begin inline markup;
- at the start of a line: what would begin a heading, quote, list, rule, underline or table;
- at both ends of a line: blanks, which Markdown drops, become character references.
"""

import re
import unicodedata

ALWAYS = re.compile(r"[\\`*\[\]<|~$]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
"""An underscore inside a word means nothing and stays as it is."""
LINE_START = re.compile(r"(?=[-+>=]|:-)|(#{1,6})(?=\s|$)|(\d{1,9})(?=[.)](?:\s|$))")
CLOSING_SEQUENCE = re.compile(r"(?:^|(?<=\s))#(?=#*$)")
BACKTICKS = re.compile(r"`+")
NOT_IN_DESTINATIONS = re.compile(r"[\x00-\x20<>\"\\^`{|}\[\]]")
BRACKETS = re.compile(r"[()]")
ENTITY = re.compile(r"&(?=#?\w+;)")


def escape_inline(text: str) -> str:
    """Text as it stands inside a line; the ends of lines are `escape_line`'s business."""
    return ALWAYS.sub(lambda found: f"\\{found.group()}", text).replace("\r", "&#13;")


def escape_line(line: str) -> str:
    """A finished line of a paragraph, kept from starting another block and from losing its blanks."""
    if line[:1].isspace():
        line = reference(line[0]) + line[1:]
    if line[-1:].isspace():
        line = line[:-1] + reference(line[-1])
    found = LINE_START.match(line)
    if not found:
        return line
    at = found.end(2) if found.group(2) else 0
    return f"{line[:at]}\\{line[at:]}"


def reference(blank: str) -> str:
    """A blank that Markdown does not drop. Other control characters cannot be written in any way."""
    if blank in "\t\n" or unicodedata.category(blank).startswith("Z"):
        return f"&#{ord(blank)};"
    return blank


def escape_closing(line: str) -> str:
    """A heading whose last `#` belong to its text."""
    return CLOSING_SEQUENCE.sub(r"\\#", line)


def code_span(text: str) -> str:
    """Code inside a line, between backticks that do not occur in it."""
    fence = "`" * (longest_backticks(text) + 1)
    at_ends = text[0] == "`" or text[-1] == "`"
    dropped = text[0] == text[-1] == " " and text.strip(" ") != ""
    return f"{fence} {text} {fence}" if at_ends or dropped else f"{fence}{text}{fence}"


def longest_backticks(text: str) -> int:
    return max((len(run) for run in BACKTICKS.findall(text)), default=0)


def destination(url: str) -> str:
    """An address between the round brackets of a link."""
    encoded = NOT_IN_DESTINATIONS.sub(lambda found: f"%{ord(found.group()):02X}", url)
    return ENTITY.sub("&amp;", BRACKETS.sub(r"\\\g<0>", encoded))


def is_blank(character: str) -> bool:
    """Surely a blank for every reader; the empty string is the end of a line."""
    return character == "" or character in "\t\n" or unicodedata.category(character) == "Zs"


def is_punctuation(character: str) -> bool:
    """Surely punctuation for every reader."""
    return unicodedata.category(character).startswith("P") or character in "$+<=>^`|~"


def may_be_punctuation(character: str) -> bool:
    """Punctuation for some readers: newer ones count symbols."""
    return unicodedata.category(character)[0] in "PS"
