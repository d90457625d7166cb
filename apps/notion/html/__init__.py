"""Documents as HTML: for the snapshot browser and for exports."""

from apps.notion.html.line import icon as render_icon
from apps.notion.html.line import render_line
from apps.notion.html.outline import render_outline
from apps.notion.html.page import headings_of, render_header, render_html

__all__ = ["headings_of", "render_header", "render_html", "render_icon", "render_line", "render_outline"]
