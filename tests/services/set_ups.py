"""The three set-ups that are supported, each with a database of its own for real processes to work on."""

import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.services.postgresql import PostgreSQL
from tests.services.redis import RedisServer

SQLITE, POSTGRESQL, POSTGRESQL_REDIS = "sqlite", "postgresql", "postgresql-redis"
BESIDE = pytest.mark.xdist_group("drills-beside")
"""Drills on servers run beside those on SQLite."""
IN_SQLITE = pytest.param(SQLITE)
IN_POSTGRESQL = pytest.param(POSTGRESQL, marks=BESIDE)
IN_POSTGRESQL_REDIS = pytest.param(POSTGRESQL_REDIS, marks=BESIDE)
Rows = list[tuple[Any, ...]]


class SetUp(ABC):
    """A database and a broker, and a look at the tables from outside."""

    @property
    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """What the processes are told."""

    @abstractmethod
    def query(self, sql: str, *args: Any) -> Rows:
        """The rows of all tenants; parameters are written ``?``."""

    @abstractmethod
    def is_blocked(self) -> bool:
        """Whether somebody keeps others from writing, for longer than a moment."""


class OnSQLite(SetUp):
    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def environment(self) -> Mapping[str, str]:
        return {"DATABASE_URL": f"sqlite:///{self.path}", "REDIS_URL": ""}

    def query(self, sql: str, *args: Any) -> Rows:
        with closing(sqlite3.connect(self.path, timeout=20)) as connection:
            return connection.execute(sql, args).fetchall()

    def is_blocked(self) -> bool:
        with closing(sqlite3.connect(self.path, timeout=0.5)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            connection.rollback()
            return False


class OnPostgreSQL(SetUp):
    def __init__(self, server: PostgreSQL, database: str, redis_url: str = "") -> None:
        self._server = server
        self._database = database
        self._redis_url = redis_url

    @property
    def environment(self) -> Mapping[str, str]:
        return {"DATABASE_URL": self._server.url(self._database), "REDIS_URL": self._redis_url}

    def query(self, sql: str, *args: Any) -> Rows:
        with self._server.connect(self._database) as connection:
            return connection.execute(sql.replace("?", "%s").encode(), args).fetchall()

    def is_blocked(self) -> bool:
        old = "state = 'idle in transaction' AND backend_xid IS NOT NULL AND now() - state_change > '0.3 s'"
        return bool(self.query(f"SELECT pg_sleep(0.4), 1 FROM pg_stat_activity WHERE {old} LIMIT 1"))  # noqa: S608


class SetUps:
    """Makes set-ups whose databases start as copies of a seed, which ``plant`` makes once for each kind of database."""

    def __init__(
        self,
        folder: Path,
        plant: Callable[[SetUp], None],
        postgresql: Callable[[], PostgreSQL],
        redis: Callable[[], RedisServer],
    ) -> None:
        self._folder = folder
        self._plant = plant
        self._postgresql = postgresql
        self._redis = redis
        self._seeds: dict[str, str] = {}

    def make(self, kind: str, folder: Path) -> SetUp:
        if kind == SQLITE:
            copy = folder / "drill.sqlite3"
            shutil.copy(self._sqlite_seed(), copy)
            return OnSQLite(copy)
        server = self._postgresql()
        redis_url = self._redis().make_database() if kind == POSTGRESQL_REDIS else ""
        return OnPostgreSQL(server, server.make_database(self._postgresql_seed(server)), redis_url)

    def _sqlite_seed(self) -> str:
        if SQLITE not in self._seeds:
            path = self._folder / "seed.sqlite3"
            path.touch()
            self._plant(OnSQLite(path))
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._seeds[SQLITE] = str(path)
        return self._seeds[SQLITE]

    def _postgresql_seed(self, server: PostgreSQL) -> str:
        if POSTGRESQL not in self._seeds:
            database = server.make_database()
            self._plant(OnPostgreSQL(server, database))
            self._seeds[POSTGRESQL] = database
        return self._seeds[POSTGRESQL]
