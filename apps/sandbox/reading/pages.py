"""Pages and rows as the API answers them."""

import re
import unicodedata
from collections.abc import Collection

from apps.sandbox import ids, times
from apps.sandbox.reading.parents import parent_of, partial_user
from apps.sandbox.reading.reader import APP, Reader, title_of
from apps.sandbox.reading.values import property_values
from apps.sandbox.world.json import Json
from apps.sandbox.world.objects import Page
from apps.sandbox.world.tree import is_trashed

_NOT_IN_SLUGS = re.compile(r"[^\w]+")


def page_url(page: Page) -> str:
    """``…/p/Title-Slug-<32 digits>``."""
    folded = unicodedata.normalize("NFKD", title_of(page)).encode("ascii", "ignore").decode()
    slug = _NOT_IN_SLUGS.sub("-", folded).strip("-")
    digits = ids.plain(page.id)
    return f"{APP}{slug}-{digits}" if slug else APP + digits


def page_answer(reader: Reader, page: Page, only: Collection[str] | None = None) -> Json:
    """A page with its property values; ``only`` keeps the properties of these ids."""
    return {
        "object": "page",
        "id": page.id,
        "created_time": times.minute(page.created),
        "last_edited_time": times.minute(page.edited),
        "created_by": partial_user(page.created_by),
        "last_edited_by": partial_user(page.edited_by),
        "cover": page.cover,
        "icon": page.icon,
        "parent": parent_of(page.parent),
        "in_trash": is_trashed(page),
        "is_archived": page.is_archived,
        "is_locked": page.is_locked,
        "properties": property_values(reader, page, only),
        "url": page_url(page),
        "public_url": None,
    }
