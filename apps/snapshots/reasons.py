"""Why an object is not in a snapshot, in words for the customer: THE table of reasons.

``skipped`` is lawful: the snapshot stays complete, and says it. ``capped`` and ``failed`` make it incomplete.
"""

from dataclasses import dataclass
from enum import StrEnum


class Help(StrEnum):
    """What can be done about it."""

    RETRY = "retry"  # capture it again
    PERSON = "person"  # somebody has to act in Notion first
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """``title`` heads the group, ``sentence`` says what it means and what to do."""

    code: str
    outcome: str
    help: Help
    title: str
    sentence: str


_SKIPPED = (
    Reason(
        "trashed",
        "skipped",
        Help.NONE,
        "In the trash",
        "They are in Notion's trash. Restore them there if they should be captured.",
    ),
    Reason(
        "vanished",
        "skipped",
        Help.NONE,
        "Deleted during the capture",
        "Notion listed them, and when they were read they were gone: deleted, or taken away from the connection.",
    ),
    Reason(
        "no_longer_reachable",
        "skipped",
        Help.PERSON,
        "No longer reachable",
        "An earlier snapshot held them, and Notion no longer shows them to this connection: they were unshared, or "
        "deleted for good. What lay below them was not asked for. Share them again if they should be captured.",
    ),
    Reason(
        "not_shared",
        "skipped",
        Help.PERSON,
        "Not shared with this connection",
        "Notion lists them but does not let the connection read them, as with pages that are restricted to some "
        "people. Share them with the connection and capture again if they should be captured.",
    ),
    Reason(
        "linked_database",
        "skipped",
        Help.PERSON,
        "Linked databases",
        "These show a database that lives elsewhere. Notion gives its content only there: share the original with "
        "the connection, and it is captured in its own place.",
    ),
    Reason(
        "external_file",
        "skipped",
        Help.NONE,
        "Files kept elsewhere",
        "They are stored outside Notion. The snapshot keeps the link, not the file.",
    ),
    Reason(
        "person_unknown",
        "skipped",
        Help.NONE,
        "People whom Notion does not show",
        "Pages name them, and Notion tells nothing of them any more: they left, or they are deleted bots. Where they "
        "are mentioned, what the page itself says of them is kept.",
    ),
    Reason(
        "picture_kept_as_link",
        "skipped",
        Help.NONE,
        "Pictures of emojis that are kept as links",
        "Their public address did not give them. The emojis are captured, with the link to their picture.",
    ),
    Reason(
        "unreadable_content",
        "skipped",
        Help.NONE,
        "Content that Notion does not hand out",
        "Notion's API tells that these blocks are there, and not what is in them (buttons, forms, AI blocks). Their "
        "place in the page is kept.",
    ),
    Reason(
        "synced_elsewhere",
        "skipped",
        Help.PERSON,
        "Synced from pages that are not shared",
        "The original of these synced blocks is on a page that the connection cannot see. Share that page to "
        "capture their content.",
    ),
    Reason(
        "no_capability",
        "skipped",
        Help.PERSON,
        "The connection may not read this",
        "Grant the connection this capability in Notion (user information, read comments), then capture again.",
    ),
    Reason(
        "unlisted",
        "skipped",
        Help.NONE,
        "Lists that Notion does not give",
        "Notion refused to list these (custom emojis, file uploads, templates, comments on some blocks). What they "
        "belong to is captured.",
    ),
    Reason(
        "untold",
        "skipped",
        Help.PERSON,
        "Lists that this API version does not have",
        "The API version that this workspace is read with has no views and no templates. Choose a newer one in its "
        "settings, then capture again.",
    ),
)
_CAPPED = (
    Reason(
        "too_many_rows",
        "capped",
        Help.NONE,
        "More than 10,000 rows",
        "Notion lists at most 10,000 rows at a time. We go on by creation time, but here more than that were "
        "created in the same minute. What was listed of that minute, and all other rows, are kept.",
    ),
    Reason(
        "listing_cut",
        "capped",
        Help.RETRY,
        "Lists that Notion cut off",
        "Notion ended a list early although there is more: of rows, blocks, comments, templates, views, people or the "
        "references of a property. What was listed is kept. A retry asks again.",
    ),
    Reason(
        "content_refused",
        "capped",
        Help.NONE,
        "Pages whose content Notion refuses",
        "Notion gives the pages with their properties, and says that it cannot list what stands on them. Its own words "
        "stand beside each. What it gave is kept.",
    ),
    Reason(
        "file_too_large",
        "capped",
        Help.NONE,
        "Files that are too large",
        "They are larger than this installation allows. Their place in the page is kept.",
    ),
)
_FAILED = (
    Reason(
        "not_allowed",
        "failed",
        Help.PERSON,
        "The connection lacks a permission",
        "Notion refuses to give them to the connection. Check its capabilities in Notion, then retry.",
    ),
    Reason(
        "newer_version",
        "failed",
        Help.PERSON,
        "Not readable under this API version",
        "These databases have several data sources, which the API version of this workspace does not know. Choose a "
        "newer one in its settings, then capture again.",
    ),
    Reason(
        "no_answer",
        "failed",
        Help.RETRY,
        "Notion did not answer properly",
        "Notion failed several times for each. There is nothing to fix: a retry usually succeeds.",
    ),
    Reason(
        "refused",
        "failed",
        Help.NONE,
        "Notion refused the request",
        "Notion says that it cannot give these. Its own words stand beside each.",
    ),
    Reason(
        "unreadable",
        "failed",
        Help.NONE,
        "Shapes that we do not know",
        "Notion answered, but in a shape that could not be read. This was logged for whoever runs this installation.",
    ),
    Reason(
        "file_expired",
        "failed",
        Help.RETRY,
        "File links ran out before the download",
        "The page will be read again to get a fresh link.",
    ),
    Reason(
        "file_unavailable",
        "failed",
        Help.RETRY,
        "Files that could not be fetched",
        "The file store did not give them. A retry usually succeeds.",
    ),
    Reason(
        "file_refused",
        "failed",
        Help.NONE,
        "File links that are not followed",
        "The links lead to an address from which no file is fetched: not HTTPS, or not on the public internet.",
    ),
    Reason(
        "access_lost",
        "failed",
        Help.PERSON,
        "Access was lost before they were read",
        "Notion stopped accepting the key of this connection. Connect the workspace again, then retry: the capture "
        "goes on where it stopped.",
    ),
    Reason(
        "not_reached",
        "failed",
        Help.RETRY,
        "Not read before the capture ended",
        "The capture ended early. A retry goes on where it stopped.",
    ),
)

REASONS: dict[str, Reason] = {reason.code: reason for reason in (*_SKIPPED, *_CAPPED, *_FAILED)}
