"""Documents as Markdown: CommonMark with GitHub's tables, strikethrough, task lists and alerts, and `$…$` equations."""

from apps.notion.markdown.front_matter import front_matter
from apps.notion.markdown.page import render_markdown

__all__ = ["front_matter", "render_markdown"]
