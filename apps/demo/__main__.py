"""``make run``: the whole product on one machine, with nothing to set up.

Starts the Notion sandbox and a local OpenID Connect issuer, prepares the database, seeds the demo, then
starts the site and the workers. Ctrl-C stops them all. What is set in the environment wins.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from apps.demo.people import HOME, PEOPLE

HOST = "127.0.0.1"
GRACE = 15.0
"""Seconds that a part has to stop by itself before it is killed."""


class CannotStart(Exception):
    """A sentence for the person at the terminal."""


def free_ports() -> tuple[int, int, int]:
    """For the site, the sandbox and the identity provider. Raises :class:`CannotStart`."""
    names = {"NOTIONHUB_PORT": 8000, "NOTIONHUB_SANDBOX_PORT": 8090, "NOTIONHUB_ISSUER_PORT": 8091}
    site, sandbox, issuer = (port(name, default) for name, default in names.items())
    if len({site, sandbox, issuer}) < 3:
        raise CannotStart(f"{', '.join(names)} must be three different ports.")
    return site, sandbox, issuer


def hold() -> IO[str]:
    """The one demo of this state folder: a second one, or a reset, must not pull it away from under the first."""
    folder = state_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise CannotStart(f"The demo is running already, with its state in {folder.name}/. Stop it first.") from error
    return lock


def state_folder() -> Path:
    return Path(os.environ.get("NOTIONHUB_VAR") or "var").absolute()


def reset() -> None:
    """Forget the state of a demo that does not run."""
    if state_folder().exists():
        with hold():
            shutil.rmtree(state_folder())


def port(name: str, default: int) -> int:
    given = os.environ.get(name, str(default))
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise CannotStart(f"{name} must be a port number, but it is {given!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(given)))
        except OSError as error:
            raise CannotStart(f"Port {given} is taken. Stop what uses it, or set {name} to another port.") from error
    return int(given)


SANDBOX = {
    # A short window, so that one sees the budget move: 300 pages take ten to twenty seconds.
    "NOTION_RATE_LIMIT": "240",
    "NOTION_RATE_WINDOW": "5",
    "NOTION_OAUTH_CLIENT_ID": "notionhub-demo",
    "NOTION_OAUTH_CLIENT_SECRET": "notionhub-demo-secret",
}


@dataclass
class Demo:
    """The parts of the demo, in the order in which they were started."""

    site: int
    sandbox: int
    issuer: int
    lock: IO[str]
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.sandbox}"

    @property
    def environment(self) -> dict[str, str]:
        defaults = {
            "DJANGO_SETTINGS_MODULE": "notionhub.settings.development",
            "NOTIONHUB_BASE_URL": f"http://{HOST}:{self.site}",
            "NOTIONHUB_LOG_LEVEL": "WARNING",
            "OIDC_NAME": "the demo's identity provider",
            "OIDC_ISSUER": f"http://{HOST}:{self.issuer}",
            "OIDC_CLIENT_ID": "notionhub",
            "OIDC_CLIENT_SECRET": "notionhub-demo",
        }
        if "NOTION_BASE_URL" not in os.environ:  # somebody's own Notion has its own rate and its own connection
            defaults |= SANDBOX | {"NOTION_BASE_URL": self.sandbox_url}
        return defaults | os.environ

    def check_settings(self) -> Callable[[], None]:
        """Begin to look at the environment; the call that is returned says, once, what is wrong with it.

        Raises :class:`CannotStart`, and so does that call.
        """
        if not os.environ.get("NOTIONHUB_DEMO_PAGES", "300").isdigit():
            raise CannotStart("NOTIONHUB_DEMO_PAGES must be a whole number.")
        command = [sys.executable, "-c", "from notionhub.settings import base"]
        check = subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True)  # noqa: S603

        def result() -> None:
            _, said = check.communicate()
            if check.returncode:
                last = said.strip().splitlines()[-1]
                raise CannotStart(last.partition("ImproperlyConfigured: ")[2] or last)

        return result

    def start(self, name: str, *command: str) -> None:
        self.parts[name] = subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603

    def run(self, *command: str) -> None:
        done = subprocess.run(command, env=self.environment, check=False)  # noqa: S603
        if done.returncode:
            raise CannotStart(f"“{' '.join(command[1:3])}” failed; what it says stands above.")

    def wait_for(self, name: str, url: str, seconds: float = 30.0) -> bytes:
        """The first answer of a part that is starting."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
                    return bytes(answer.read())
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise CannotStart(f"The {name} did not answer at {url} within {seconds:.0f} seconds.")

    def check_alive(self) -> None:
        for name, process in self.parts.items():
            if process.poll() is not None:
                raise CannotStart(f"The {name} has stopped (exit code {process.returncode}).")

    def stop(self) -> None:
        """Ask every part to end, the newest first; kill what does not within the grace."""
        running = [process for process in reversed(self.parts.values()) if process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def up(demo: Demo) -> None:
    python, manage = sys.executable, "manage.py"
    settings_are_right = demo.check_settings()
    sandbox = SANDBOX | {name: os.environ[name] for name in SANDBOX if name in os.environ}
    demo.start(
        "sandbox",
        *(python, "-m", "apps.sandbox", "--host", HOST, "--port", str(demo.sandbox)),
        *("--pages", os.environ.get("NOTIONHUB_DEMO_PAGES", "300"), "--seed", "1", "--workspaces", "2"),
        *("--rate-limit", sandbox["NOTION_RATE_LIMIT"], "--rate-window", sandbox["NOTION_RATE_WINDOW"]),
        *("--client-id", sandbox["NOTION_OAUTH_CLIENT_ID"]),
        *("--client-secret", sandbox["NOTION_OAUTH_CLIENT_SECRET"]),
    )
    settings_are_right()
    demo.start(
        "site",
        *(python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(demo.site)),
        *("--workers", "1", "--blocking-threads", "4", "--workers-kill-timeout", "5", "--log-level", "warning"),
        "notionhub.wsgi:application",
    )
    demo.start("identity provider", python, "-m", "apps.demo.issuer", "--host", HOST, "--port", str(demo.issuer))
    shown = json.loads(demo.wait_for("sandbox", f"{demo.sandbox_url}/_sandbox/"))
    # The site is loading meanwhile; it looks at the database only when somebody asks for a page behind the sign-in.
    token = shown["connections"][0]["tokens"][0]
    demo.run(python, manage, "seed_demo", "--sandbox-token", token, "--sandbox-url", demo.sandbox_url)
    demo.wait_for("site", f"http://{HOST}:{demo.site}/sign-in/")
    demo.start("worker", python, manage, "worker")
    demo.wait_for("identity provider", f"http://{HOST}:{demo.issuer}/.well-known/openid-configuration")


def banner(demo: Demo) -> str:
    site = f"http://{HOST}:{demo.site}"
    people = "\n".join(f"    {p.name:<14} {p.role} of {p.organization}" for p in PEOPLE)
    return f"""
  NotionHub is up at {site}

  Sign in as one of
{people}

  What to try
    1. As Alice: Workspaces → the sandbox workspace → Capture now, and watch it.
    2. Open the snapshot, read a page, look at a database; then Export → Markdown → Download.
    3. As Bob: look and download, but start nothing. As Charlie: {site}/o/{HOME}/ is not there.
    4. The API: {site}/api/v1/docs/ with the token in var/demo.json.

  Notion sandbox   {demo.sandbox_url}
  State            var/   (make reset clears it)
  Ctrl-C stops everything.
"""


def main() -> int:
    os.chdir(Path(__file__).resolve().parent.parent.parent)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell had them ignored
        signal.signal(number, signal.default_int_handler)
    demo: Demo | None = None
    try:
        if sys.argv[1:] == ["reset"]:
            reset()
            return 0
        demo = Demo(*free_ports(), lock=hold())
        up(demo)
        sys.stdout.write(banner(demo))
        sys.stdout.flush()
        while True:
            demo.check_alive()
            time.sleep(1)
    except KeyboardInterrupt:
        sys.stdout.write("\n  Stopping …\n")
        return 0
    except CannotStart as error:
        sys.stderr.write(f"\n  {error}\n")
        return 1
    finally:
        if demo is not None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            demo.stop()


if __name__ == "__main__":
    sys.exit(main())
