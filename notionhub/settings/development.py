"""One machine, SQLite, the sandbox: what ``make run`` uses. Secrets are made on first use, under var/."""

import secrets
from pathlib import Path

from notionhub.settings.base import *  # noqa: F403
from notionhub.settings.base import BASE_URL, ENV, INSTALLED_APPS, KEY_PROVIDERS, VAR_DIR


def _kept(name: str, make: str) -> str:
    """A secret of this checkout: made once, readable by its owner only."""
    path: Path = VAR_DIR / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make)
    return path.read_text().strip()


SECRET_KEY = (
    ENV.notionhub_secret_key.get_secret_value()
    if ENV.notionhub_secret_key
    else _kept("secret_key", secrets.token_urlsafe(50))
)
if ENV.notionhub_master_keys is None and KEY_PROVIDERS == ["environment"]:
    KEY_PROVIDERS = ["local"]
INSTALLED_APPS = [*INSTALLED_APPS, "apps.demo"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # type: ignore[assignment]  # collected in production only
