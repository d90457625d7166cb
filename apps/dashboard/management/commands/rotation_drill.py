"""``manage.py rotation_drill``: rotate keys while captures run, against a sandbox of its own, and report.

In a throwaway database, unless told to use the one that is configured.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from pydantic import SecretStr
from uvicorn import Server

from apps.core.tenancy import scope
from apps.dashboard.rotation_drill import Drill
from apps.organizations.services import create_organization
from apps.sandbox.sandbox import Sandbox
from apps.sandbox.serving import server

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Prove that rotating keys stops nothing: captures run while their keys are replaced."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rotations", type=int, default=100)
        parser.add_argument("--workspaces", type=int, default=3)
        parser.add_argument("--pages", type=int, default=150, help="pages and rows in each")
        parser.add_argument("--latency", type=float, default=10.0, metavar="MS", help="of each answer of the sandbox")
        parser.add_argument("--here", action="store_true", help="in the configured database; the organization stays")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["here"]:
            self._elsewhere(options)
            return
        call_command("migrate", verbosity=0)
        slug = f"rotation-drill-{int(time.time())}"
        organization = create_organization("Rotation drill", "drill@notionhub.example", slug=slug)
        sandbox = Sandbox.generate(
            pages=options["pages"], workspaces=options["workspaces"], base_url=None, latency=options["latency"] / 1000
        )
        oauth = sandbox.service.oauth
        settings.NOTION_OAUTH_CLIENT_ID, settings.NOTION_OAUTH_CLIENT_SECRET = (
            oauth.client_id,
            SecretStr(oauth.client_secret),
        )
        settings.NOTION_RATE_LIMIT = 1_000_000
        with served(sandbox) as base_url, scope(organization.pk):
            settings.NOTION_BASE_URL = base_url
            report = Drill(organization, sandbox, base_url).run(options["rotations"], self._tell)
        self.stdout.write("\n".join(report.lines()))
        if not report.passed:
            raise CommandError("The drill failed.")

    def _tell(self, done: int) -> None:
        if done % 10 == 0:
            self.stderr.write(f"{done} replaced")

    def _elsewhere(self, options: dict[str, Any]) -> None:
        """The same in a process whose state is thrown away."""
        with tempfile.TemporaryDirectory(prefix="notionhub-drill-") as folder:
            state = {"NOTIONHUB_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/drill.sqlite3", "REDIS_URL": ""}
            given = [f"--{name}={options[name]}" for name in ("rotations", "workspaces", "pages", "latency")]
            command = [sys.executable, sys.argv[0], "rotation_drill", "--here", *given]
            if subprocess.run(command, env={**os.environ, **state}, check=False).returncode:  # noqa: S603  (ourselves)
                raise CommandError("The drill failed.")


@contextmanager
def served(sandbox: Sandbox) -> Iterator[str]:
    """The sandbox on a socket of this machine; its address."""
    running: Server = server(sandbox.app, HOST, 0)
    thread = threading.Thread(target=lambda: asyncio.run(running.serve()), name="sandbox", daemon=True)
    thread.start()
    while not running.started:
        if not thread.is_alive():
            raise CommandError("The sandbox could not be started.")
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{HOST}:{port}"
    finally:
        running.should_exit = True
        thread.join()
