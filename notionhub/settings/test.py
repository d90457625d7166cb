"""The suite: SQLite in memory, files in a folder that the suite makes and removes, no network."""

import tempfile

from pydantic import SecretStr

from notionhub.settings.base import *  # noqa: F403
from notionhub.settings.base import INSTALLED_APPS

SECRET_KEY = "the-suite-signs-nothing-that-anybody-keeps"  # noqa: S105
MASTER_KEYS = SecretStr("test:dGhlLXN1aXRlLWVuY3J5cHRzLW5vdGhpbmctcmVhbC0=")
NOTION_NETWORK = "tests.wire.network"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
INSTALLED_APPS = [*INSTALLED_APPS, "apps.demo"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STORAGES["default"]["OPTIONS"]["location"] = tempfile.mkdtemp(prefix="notionhub-suite-")  # noqa: F405
WHITENOISE_AUTOREFRESH = True
# A file, not memory: jobs write from their own threads and processes.
DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.mkdtemp(prefix='notionhub-suite-')}/test.sqlite3"}  # noqa: F405
STATIC_ROOT = None  # type: ignore[assignment]  # collected in production only
