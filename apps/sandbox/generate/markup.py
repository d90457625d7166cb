"""The light markup of `phrases` as rich text: ``**bold**``, ``_italic_``, `````code`````, links and people."""

import re
from collections.abc import Sequence

from apps.sandbox.world.json import RichText
from apps.sandbox.world.rich_text import text, user_mention

_MARK = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*|`(?P<code>[^`]+)`|(?<!\w)_(?P<italic>[^_]+)_(?!\w)"
    r"|\[(?P<label>[^\]]+)\]\((?P<href>[^)]+)\)|<@(?P<person>\d+)>"
)


def rich(words: str, people: Sequence[str]) -> list[RichText]:
    """Runs of rich text; ``<@3>`` mentions the fourth of ``people`` (user ids)."""
    if not words:
        return []
    runs: list[RichText] = []
    at = 0
    for match in _MARK.finditer(words):
        if match.start() > at:
            runs.append(text(words[at : match.start()]))
        runs.append(_run(match, people))
        at = match.end()
    if at < len(words):
        runs.append(text(words[at:]))
    return runs


def _run(match: re.Match[str], people: Sequence[str]) -> RichText:
    match match.lastgroup:
        case "bold":
            return text(match["bold"], bold=True)
        case "code":
            return text(match["code"], code=True)
        case "italic":
            return text(match["italic"], italic=True)
        case "person":
            return user_mention(people[int(match["person"])])
        case _:
            return text(match["label"], href=match["href"])
