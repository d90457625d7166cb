"""The suite: a database file and a folder that are gone when it ends, and no network."""

import atexit
import shutil
import tempfile
from pathlib import Path

from pydantic import SecretStr

from notionhub.settings.base import *  # noqa: F403
from notionhub.settings.base import INSTALLED_APPS

VAR_DIR = Path(tempfile.mkdtemp(prefix="notionhub-suite-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)

SECRET_KEY = "the-suite-signs-nothing-that-anybody-keeps"  # noqa: S105
MASTER_KEYS = SecretStr("test:dGhlLXN1aXRlLWVuY3J5cHRzLW5vdGhpbmctcmVhbC0=")
NOTION_NETWORK = "tests.wire.network"
API_RATE = 0  # sweeps ask as fast as they can
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
INSTALLED_APPS = [*INSTALLED_APPS, "apps.demo"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STORAGES["default"]["OPTIONS"]["location"] = VAR_DIR / "files"  # noqa: F405
WHITENOISE_AUTOREFRESH = True
# The suite's own process is larger than a worker may be, and has nobody to hand over to.
Q_CLUSTER["max_rss"] = Q_CLUSTER["ALT_CLUSTERS"]["cpu"]["max_rss"] = None  # noqa: F405
STATIC_ROOT = None  # type: ignore[assignment]  # collected in production only
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, not memory: jobs write from their own threads and processes.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}  # noqa: F405
