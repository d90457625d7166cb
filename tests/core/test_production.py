"""Production starts only with values that are safe; each refusal names the variable."""

import json
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


ASKING = """
import json, django
django.setup()
from django.test import Client
first = Client().get("/sign-in/", secure=True, SERVER_NAME="notionhub.example")
cookies = {name: dict(cookie) for name, cookie in first.cookies.items()}
plain = Client().get("/sign-in/", SERVER_NAME="notionhub.example")
led = Client().get("/sign-in/", SERVER_NAME="evil.example")
forwarded = Client(headers={"x-forwarded-host": "evil.example"})
told = forwarded.get("/sign-in/", secure=True, SERVER_NAME="notionhub.example")
from django.conf import settings
print(json.dumps({"headers": dict(first.headers), "cookies": cookies, "session": settings.SESSION_COOKIE_NAME,
    "plain": [plain.status_code, plain["Location"]], "led": led.status_code, "told": "evil" in told.content.decode()}))
"""


def test_a_browser_is_held_to_this_host_and_to_tls(tmp_path: Path) -> None:
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("NOTION", "OIDC", "DJANGO"))}
    here = {"NOTIONHUB_VAR": str(tmp_path), "GITHUB_CLIENT_ID": "a", "GITHUB_CLIENT_SECRET": "b"}
    command = [sys.executable, "-c", ASKING.replace("django.setup()", WITHOUT_COLLECTED_FILES)]
    done = subprocess.run(command, cwd=ROOT, env=kept | GOOD | here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in said["headers"]["Content-Security-Policy"]
    assert said["session"] == "__Host-session"
    [(name, cookie)] = said["cookies"].items()
    assert name == "__Host-csrf"
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert said["plain"] == [301, "https://notionhub.example/sign-in/"]
    assert said["led"] == 400
    assert said["told"] is False


WITHOUT_COLLECTED_FILES = """
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
"""
