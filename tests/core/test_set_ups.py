"""The environment chooses one of the three set-ups; both clusters follow."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import json
from django.conf import settings
io, cpu = settings.Q_CLUSTER, settings.Q_CLUSTER["ALT_CLUSTERS"]["cpu"]
brokers = [(queue.get("orm"), queue.get("redis")) for queue in (io, cpu)]
print(json.dumps([settings.DATABASES["default"]["ENGINE"].rpartition(".")[2], *brokers]))
"""
REDIS = "redis://:word@redis.example:6379/3"
POSTGRESQL = "postgres://ada:word@database.example/notionhub"


@pytest.mark.parametrize(
    ("database_url", "redis_url", "shown"),
    [
        ("", "", ["sqlite3", ["default", None], ["default", None]]),
        (POSTGRESQL, "", ["postgresql", ["default", None], ["default", None]]),
        (POSTGRESQL, REDIS, ["postgresql", [None, REDIS], [None, REDIS]]),
    ],
)
def test_the_environment_chooses_database_and_broker(database_url: str, redis_url: str, shown: list[object]) -> None:
    given = {"DJANGO_SETTINGS_MODULE": "notionhub.settings.test", "DATABASE_URL": database_url, "REDIS_URL": redis_url}
    command = [sys.executable, "-c", SHOW]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | given, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == shown
