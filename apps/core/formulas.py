"""Texts of people in tables that a spreadsheet opens: https://owasp.org/www-community/attacks/CSV_Injection."""

import re

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""
_INSIDE = re.compile(r"(?<=[,;\t\r\n])(?=\"*(?:[=@＝＠]|[+\-＋－](?!\s)))")
"""Where a cell would begin like a formula if the file were opened with another delimiter; ``- `` begins a list."""


def guarded(text: str) -> str:
    """The text with an apostrophe before what could be taken for a formula."""
    inside = _INSIDE.sub("'", text)
    return f"'{inside}" if text.startswith(TRIGGERS) else inside
