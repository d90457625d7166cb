"""Documents as HTML: for the snapshot browser and for exports."""

from apps.notion.html.line import icon as render_icon
from apps.notion.html.line import render_line
from apps.notion.html.page import render_html

__all__ = ["render_html", "render_icon", "render_line"]
