"""HTML: a site that needs no server, opens from the disk, and needs no script to be read.

- An object is a file where :mod:`apps.exports.references` puts it; whatever else the site has lies in ``assets/``,
  but for its first page ``index.html`` and ``search.html``.
- A database with one data source is the table of its rows; one with several lists them, each has a table of its own.
  A long table goes on in ``assets/rows/``.
- Nothing is ever loaded from elsewhere: pictures of other sites are links, and every page says so to the browser by a
  Content-Security-Policy (https://www.w3.org/TR/CSP3/). Only the search page has a script.
- Comments stand at the end of their page, views at the end of their database.
"""

from apps.exports.book import Book
from apps.exports.formats.base import ATTACHMENTS, Option, Options
from apps.exports.formats.html.site import Site
from apps.exports.formats.html.writer import HtmlWriter


class HtmlFormat:
    key = "html"
    label = "HTML"
    summary = "An offline site with navigation and search: open index.html in a browser, no server is needed."
    version = 1
    options = (
        ATTACHMENTS,
        Option("comments", "Comments", "Open comments, at the end of their page."),
        Option("search", "Search index", "A search over titles and texts that works offline. The A–Z is always there."),
    )

    def writer(self, book: Book, options: Options) -> HtmlWriter:
        site = Site(book, attachments=options["attachments"], comments=options["comments"], search=options["search"])
        return HtmlWriter(site)


FORMAT = HtmlFormat()
