"""Comments: what they are about and what hangs on them. https://developers.notion.com/reference/comment-object"""

from collections.abc import Iterator, Sequence

from apps.notion.model import Json

QUOTED = 80
"""Characters of a block that a comment quotes to say where it stands."""


def quoted_words(block_id: str | None, blocks: Sequence[Json]) -> str:
    """The beginning of the block that a discussion is about; empty when unknown."""
    block = next((block for block in blocks if block_id and block.get("id") == block_id), None)
    content = block.get(str(block.get("type"))) if block else None
    runs = content.get("rich_text") if isinstance(content, dict) else None
    words = " ".join("".join(str(run.get("plain_text") or "") for run in runs or ()).split())
    return words if len(words) <= QUOTED else f"{words[:QUOTED]}…"


def attached(comment: Json) -> Iterator[tuple[str, Json]]:
    """Name and file object of each attachment."""
    for attachment in comment.get("attachments") or ():
        if isinstance(attachment, dict):
            file = attachment if "type" in attachment else {"type": "file", "file": attachment.get("file")}
            yield str(attachment.get("name") or "attachment"), file
