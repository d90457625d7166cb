"""Links that give one stored file, for a short time, to whoever has them.

On an object store they lead there and are signed as it asks. From a disk we serve them ourselves, under a signature
that binds organization, object and purpose. It stands in the query, which nothing of ours logs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urljoin

from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage

from apps.core.errors import Forbidden, NotFound, NotionHubError
from apps.core.storage.object_store import ObjectStore
from apps.core.storage_errors import explained

PREFIX = "/links/"
HARMLESS = "application/octet-stream"
PICTURES = frozenset(f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "avif", "bmp", "svg+xml"))
"""What a page shows as a picture. All of it is an attachment, so none of it is ever a page of its own."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A stored file to be linked to: its ``name`` in the store, and what it is called and said to be outside.

    ``subject`` is how it is found again for ``purpose``, once somebody comes with a link that we signed.
    """

    purpose: str
    organization: str
    subject: Sequence[str]
    name: str
    filename: str
    content_type: str = HARMLESS


@dataclass(frozen=True, slots=True)
class Link:
    """``address`` is absolute at a store, and a path with a query when it is ours. Nothing of it belongs in a log."""

    address: str = field(repr=False)
    expires_at: datetime

    @property
    def url(self) -> str:
        return urljoin(f"{settings.BASE_URL}/", self.address)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a link of ours that is still good speaks of."""

    organization: str
    subject: tuple[str, ...]


def link_to(offer: Offer, method: str = "GET") -> Link:
    """Raises :class:`NotFound` when the store has lost the file, and what :func:`explained` makes of its errors."""
    seconds = settings.LINK_SECONDS
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    try:
        if not default_storage.exists(offer.name):
            raise NotFound("The file is no longer in the file store.")
        if isinstance(default_storage, ObjectStore):
            return Link(_of_the_store(offer, default_storage, seconds, method), expires_at)
    except OSError as error:
        raise unreadable(error) from error
    return Link(_of_ours(offer), expires_at)


def read_link(purpose: str, key: str) -> Claim:
    """Raises :class:`Forbidden` for a signature that is not ours, has another purpose, or is too old."""
    try:
        organization, *subject = signing.loads(key, salt=_salt(purpose), max_age=settings.LINK_SECONDS)
    except signing.BadSignature as error:
        raise Forbidden("This link is not valid, or no longer. Ask for a new one where you got it.") from error
    return Claim(organization, tuple(subject))


def is_remote() -> bool:
    """Whether links lead to a store, past us."""
    return isinstance(default_storage, ObjectStore)


def harmless(content_type: str) -> str:
    """What a file of somebody else is said to be: a picture, or nothing that anything would run."""
    plain = content_type.partition(";")[0].strip().lower()
    return plain if plain in PICTURES else HARMLESS


def unreadable(error: OSError) -> NotionHubError:
    """The error to raise where a stored file was wanted."""
    return explained(error, "Nothing was changed.")


def _of_the_store(offer: Offer, store: ObjectStore, seconds: int, method: str) -> str:
    return store.signed_url(
        offer.name, seconds=seconds, filename=offer.filename, content_type=offer.content_type, method=method
    )


def _of_ours(offer: Offer) -> str:
    key = signing.dumps([offer.organization, *offer.subject], salt=_salt(offer.purpose))
    named = re.sub(r"[\x00-\x1f/\\]", "-", offer.filename)[:100].strip(". ") or "file"
    return f"{PREFIX}{offer.purpose}/{quote(named, safe='')}?{urlencode({'key': key})}"


def _salt(purpose: str) -> str:
    return f"notionhub.links.{purpose}"
