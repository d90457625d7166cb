"""Comments as quotations, each below the words that it is about."""

from apps.notion import nodes
from apps.notion.document import lower_rich_text
from apps.notion.lowering import Context
from apps.notion.markdown.line import inline, paragraph
from apps.notion.model import Json

QUOTED = 80
"""Characters of a block that a comment quotes to say where it stands."""


def write_comment(comment: Json, author: str, context: Context) -> str:
    """Raises `Unreadable`."""
    line = lower_rich_text(comment.get("rich_text") or [], context=context)
    files = [
        f"[{inline((nodes.Text(str(file.get('name') or 'attachment')),))}]({href})"
        for file in comment.get("attachments") or ()
        if isinstance(file, dict) and (href := context.file(_as_file(file)))
    ]
    said = "\n\n".join([paragraph(line), *files])
    who = inline((nodes.Text(author, nodes.Style(bold=True)),))
    text = f"{who}, {comment.get('created_time', '')}\n\n{said}".strip()
    return "\n".join(f"> {row}" if row else ">" for row in text.split("\n"))


def write_place(block_id: str | None, blocks: list[Json]) -> str:
    """The beginning of the block that a discussion is about, as a line before its comments; empty when unknown."""
    block = next((block for block in blocks if block_id and block.get("id") == block_id), None)
    content = block.get(str(block.get("type"))) if block else None
    runs = content.get("rich_text") if isinstance(content, dict) else None
    words = " ".join("".join(str(run.get("plain_text") or "") for run in runs or ()).split())
    quoted = inline((nodes.Text(words if len(words) <= QUOTED else f"{words[:QUOTED]}…"),))
    return f"On “{quoted}”:" if quoted else ""


def _as_file(attachment: Json) -> Json:
    """A comment's attachment as a file object. https://developers.notion.com/reference/comment-object"""
    return attachment if "type" in attachment else {"type": "file", "file": attachment.get("file")}
