"""Comments as quotations, each below the words that it is about."""

from apps.notion import nodes
from apps.notion.discussions import attached, quoted_words
from apps.notion.document import lower_rich_text
from apps.notion.lowering import Context
from apps.notion.markdown.line import inline, paragraph
from apps.notion.model import Json


def write_comment(comment: Json, author: str, context: Context) -> str:
    """Raises `Unreadable`."""
    line = lower_rich_text(comment.get("rich_text") or [], context=context)
    files = [
        f"[{inline((nodes.Text(name),))}]({href})" for name, file in attached(comment) if (href := context.file(file))
    ]
    said = "\n\n".join([paragraph(line), *files])
    who = inline((nodes.Text(author, nodes.Style(bold=True)),))
    text = f"{who}, {comment.get('created_time', '')}\n\n{said}".strip()
    return "\n".join(f"> {row}" if row else ">" for row in text.split("\n"))


def write_place(block_id: str | None, blocks: list[Json]) -> str:
    """The beginning of the block that a discussion is about, as a line before its comments; empty when unknown."""
    quoted = inline((nodes.Text(quoted_words(block_id, blocks)),))
    return f"On “{quoted}”:" if quoted else ""
