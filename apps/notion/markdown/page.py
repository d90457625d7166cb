"""A whole document."""

from apps.notion.markdown.blocks import write_blocks
from apps.notion.markdown.escape import escape_closing
from apps.notion.markdown.line import single
from apps.notion.nodes import Document


def render_markdown(document: Document, *, title: bool = True) -> str:
    """The document as Markdown that ends with one newline, empty for an empty document.

    The title is the first heading unless `title` is false. Properties are not written: they belong into front matter,
    for which `front_matter` gives the values.
    """
    heading = f"# {escape_closing(single(document.title))}".rstrip() if title and document.title else ""
    text = "\n\n".join(part for part in (heading, write_blocks(document.blocks)) if part)
    return f"{text}\n" if text else ""
