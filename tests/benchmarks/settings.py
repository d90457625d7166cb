"""One process, the real network, and a database and file store in the folder named by ``BENCH_FOLDER``."""

import os
from pathlib import Path

from notionhub.settings.test import *  # noqa: F403
from notionhub.settings.test import DATABASES, STORAGES

_FOLDER = Path(os.environ["BENCH_FOLDER"])

NOTION_NETWORK = None
DATABASES["default"]["NAME"] = _FOLDER / "bench.sqlite3"
STORAGES["default"]["OPTIONS"]["location"] = _FOLDER / "files"
