"""Types of what is sent over the wire."""

from typing import Any

Json = dict[str, Any]
RichText = dict[str, Any]
