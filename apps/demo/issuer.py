"""The demo's OpenID Connect issuer: oidc-provider-mock with our people and a page that needs no network."""

import argparse
import logging
import time
import warnings
from pathlib import Path

from authlib.deprecate import AuthlibDeprecationWarning
from flask import Flask
from jinja2 import FileSystemLoader
from werkzeug.serving import make_server

from apps.demo.people import PEOPLE

warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # the mock's business, not the newcomer's
import oidc_provider_mock  # noqa: E402
import oidc_provider_mock._storage as storage  # noqa: E402


def create_app() -> Flask:
    # It asks who one is each time, and so may say that it was now: what is dangerous takes a fresh sign-in.
    storage.AuthorizationCode.get_auth_time = lambda code: int(time.time())
    people = [oidc_provider_mock.User(sub=person.sub, claims=person.claims()) for person in PEOPLE]
    app: Flask = oidc_provider_mock.app(user_claims=people)
    app.jinja_loader = FileSystemLoader(Path(__file__).parent / "issuer_templates")
    app.jinja_env.globals["people"] = PEOPLE
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    make_server(options.host, options.port, create_app(), threaded=True).serve_forever()


if __name__ == "__main__":
    main()
