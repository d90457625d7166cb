"""``GET /``: says what this is."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from apps.sandbox.service import Service

STYLE = """\
body{font:16px/1.55 system-ui,sans-serif;color:#1f1f1d;background:#faf9f7;margin:0}
main{max-width:40rem;margin:12vh auto;padding:2rem 2.25rem;background:#fff;border:1px solid #e6e3dd;border-radius:12px}
h1{font-size:1.35rem;margin:0 0 .75rem}
code{background:#f2f0ec;border-radius:4px;padding:.1em .35em;font-size:.9em}
ul{padding-left:1.2rem}
li{margin:.25rem 0}
small,.muted,legend{color:#6f6a61}
fieldset{border:0;padding:0;margin:0}
label{display:block;padding:.6rem .75rem;border:1px solid #e6e3dd;border-radius:8px;margin:.4rem 0;cursor:pointer}
button{font:inherit;padding:.55rem 1.1rem;border-radius:8px;border:1px solid #cfcac1;background:#fff;cursor:pointer}
button.primary{background:#1f1f1d;border-color:#1f1f1d;color:#fff}
.row{display:flex;gap:.6rem;margin-top:1.25rem}
"""


def document(title: str, body: str, status: int = 200) -> HTMLResponse:
    """A small page; ``body`` is trusted HTML, ``title`` is escaped."""
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>",
        status,
    )


class Home:
    def __init__(self, service: Service) -> None:
        self.service = service

    async def show(self, request: Request) -> HTMLResponse:
        worlds = "".join(
            f"<li>{escape(world.icon or '')} <strong>{escape(world.name)}</strong> "
            f"<small>{len(world.pages)} pages and rows, {len(world.databases)} databases</small></li>"
            for world in self.service.worlds
        )
        return document(
            "Notion sandbox",
            "<p>This server answers like Notion's public API, for demonstrations and tests. The workspaces in it are "
            f"invented:</p><ul>{worlds}</ul><p>Send requests to <code>/v1/…</code> with a token of the sandbox. "
            'Its state is at <a href="/_sandbox/">/_sandbox/</a>.</p>',
        )
