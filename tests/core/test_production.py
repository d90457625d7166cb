"""Production starts only with values that are safe; each refusal names the variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "DJANGO_SETTINGS_MODULE": "notionhub.settings.production",
    "NOTIONHUB_BASE_URL": "https://notionhub.example",
    "NOTIONHUB_ALLOWED_HOSTS": "notionhub.example",
    "NOTIONHUB_SECRET_KEY": "x" * 50,
    "NOTIONHUB_MASTER_KEYS": "k:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTIONHUB_SECRET_KEY", ""),
        ("NOTIONHUB_SECRET_KEY", "short"),
        ("NOTIONHUB_MASTER_KEYS", ""),
        ("NOTIONHUB_BASE_URL", "http://notionhub.example"),
        ("NOTIONHUB_ALLOWED_HOSTS", "*"),
        ("NOTION_BASE_URL", "http://notion.example"),
        ("OIDC_ISSUER", "http://login.example"),
    ],
)
def test_an_unsafe_value_stops_the_start(name: str, value: str) -> None:
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("NOTION", "OIDC", "DJANGO"))}
    command = [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"]
    done = subprocess.run(command, cwd=ROOT, env=kept | GOOD | {name: value}, capture_output=True, text=True)
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name}" in done.stderr
