"""Versions of what the API gives: RFC 9110, sections 8.8.3 and 13.1."""

import re
from hashlib import sha256
from typing import Any

from rest_framework.renderers import JSONRenderer

_TAG = re.compile(r'\s*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')


def etag_of(data: Any) -> str:
    """A strong one: the same for the same members with the same values."""
    return f'"{sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'


def matches(header: str, etag: str, *, weakly: bool) -> bool:
    """Whether the value of ``If-Match`` (or, ``weakly``, of ``If-None-Match``) names this one. ``*`` names each."""
    if header.strip() == "*":
        return True
    return any(tag == etag and (weakly or not weak) for weak, tag in _TAG.findall(header))
