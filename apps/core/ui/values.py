"""Stored values as a person reads them, for before and after."""

import json
from typing import Any


def shown(value: Any) -> str:
    """``None`` and empty → ``"nothing"``, booleans → yes and no, lists joined, the rest of JSON as JSON."""
    if value is None or value == "" or value == [] or value == {}:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(shown(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)
