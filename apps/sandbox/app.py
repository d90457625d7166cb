"""The ASGI application: the API, the files, the pages people see, and the control endpoints."""

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from apps.sandbox.api import Api
from apps.sandbox.control import Control
from apps.sandbox.files import FileStore
from apps.sandbox.home import Home
from apps.sandbox.oauth import Consent
from apps.sandbox.service import Service
from apps.sandbox.striking import ConnectionCut

_AUTHORIZE = "/v1/oauth/authorize"


class SandboxApp:
    """Sends API requests straight to `Api`; everything else goes through Starlette's router."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self.api = api
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith("/v1/") and scope["path"] != _AUTHORIZE
        try:
            await (self.api if is_api else self.pages)(scope, receive, send)
        except ConnectionCut:
            return


def build_app(service: Service) -> ASGIApp:
    consent = Consent(service)
    pages = Starlette(
        routes=[
            Route("/", Home(service).show, methods=["GET"]),
            Route(_AUTHORIZE, consent.show, methods=["GET"]),
            Route(_AUTHORIZE, consent.decide, methods=["POST"]),
            Route("/files/{space}/{file}/{name:path}", FileStore(service).serve, methods=["GET"]),
            Mount("/_sandbox", routes=Control(service).routes()),
        ]
    )
    return SandboxApp(Api(service), pages)
