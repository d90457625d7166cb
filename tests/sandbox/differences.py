"""Where the sandbox answers in another shape than Notion was recorded answering in: THE table, with a reason for each.

A row names a kind of thing (see `shapes`, with `*`), a key, and what is different:

``added``             the sandbox gives it, no recorded answer has it
``left out``          recorded answers have it, the sandbox never gives it
``sometimes left out`` every recorded answer has it, the sandbox not always
``<type> too``        the sandbox gives values of this JSON type as well
``never <type>``      the sandbox never gives values of this JSON type
``order``             the keys come in another order (key ``*``)

A row that fits nothing any more fails the test, as does a difference that no row explains.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    kind: str
    key: str
    what: str
    reason: str


_EMPTY = "Recorded on rows where the property is empty; a filled one has what the value on the page has."
_DATED = "Recorded without; the reference gives dates an end and a time zone (rich text, date)."
_PICTURED = "Nobody recorded has a picture here; people were recorded with one elsewhere."
_VERIFIED = "Notion gives it since July 2026; these answers were recorded before."
_PLACE = "Recorded twice, with the ids of map services and without a name; a place that is typed has it the other way."
_PARTS = "No upload in parts was recorded; the reference gives the number of parts (file upload)."
_NUMBERING = "Recorded without; the reference gives the first item of a list a start and a format (block)."

DIFFERENCES: tuple[Row, ...] = (
    Row(
        "GET /v1/views/{id} → view table",
        "sorts",
        "array too",
        "Recorded unsorted; the reference gives an array (view).",
    ),
    Row("* property item date", "date", "object too", _EMPTY),
    Row("* property item email", "email", "string too", _EMPTY),
    Row("* property item number", "number", "null too", "Recorded filled; an empty number is null on the page."),
    Row("* property item phone_number", "phone_number", "string too", _EMPTY),
    Row("* property item place", "place", "object too", _EMPTY),
    Row("* property item select", "select", "object too", _EMPTY),
    Row("* property item url", "url", "string too", _EMPTY),
    Row(
        "property item unique_id.unique_id", "prefix", "string too", "Recorded without a prefix; values were with one."
    ),
    Row("array[] number", "number", "null too", "Rolled up numbers were recorded filled; an empty one is null."),
    Row("mention date.date", "end", "string too", _DATED),
    Row("mention date.date", "time_zone", "string too", _DATED),
    Row("value date.date", "end", "string too", _DATED),
    Row("*user person", "avatar_url", "string too", _PICTURED),
    Row("*user person.person", "email_verified", "added", _VERIFIED),
    Row("value place.place", "name", "string too", _PLACE),
    Row("value place.place", "aws_place_id", "null too", _PLACE),
    Row("value place.place", "google_place_id", "null too", _PLACE),
    Row("block numbered_list_item.*", "list_start_index", "added", _NUMBERING),
    Row("block numbered_list_item.*", "list_format", "added", _NUMBERING),
    Row("*file_upload", "number_of_parts", "added", _PARTS),
)

_VIEWS = "Views are only read: NotionHub makes and changes none."
_MARKDOWN = "Notion's own Markdown loses content, so nothing of ours asks for it."

NOT_SERVED: dict[str, str] = {
    "POST /v1/views → *": _VIEWS,
    "PATCH /v1/views/{id} → *": _VIEWS,
    "DELETE /v1/views/{id} → *": _VIEWS,
    "* /v1/views/{id}/queries* → *": _VIEWS,
    "list page.page": _VIEWS,
    "* /v1/pages/{id}/markdown → *": _MARKDOWN,
    "page_markdown": _MARKDOWN,
    "GET /v1/async_tasks/* → *": "Only writing Markdown makes tasks. " + _MARKDOWN,
    "async_task.operation": "Only writing Markdown makes tasks. " + _MARKDOWN,
}
"""Kinds of answers that were recorded and that the sandbox does not give, with the reason."""
