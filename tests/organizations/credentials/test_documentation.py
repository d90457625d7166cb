"""The examples of docs/api-credentials.md, run as they stand against a server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.organizations.credentials.secrets import new_secret
from apps.organizations.credentials.services import create_token
from apps.organizations.models import CredentialKind
from tests.factories.credentials import make_program
from tests.factories.tenants import make_tenant
from tests.organizations.test_standing import workspace

PAGE = (Path(__file__).resolve().parents[3] / "docs/api-credentials.md").read_text()
EXAMPLES = re.findall(r"```(bash|python)\n(.*?)```", PAGE, re.DOTALL)
CALLS = [(language, code) for language, code in EXAMPLES if "NOTIONHUB_URL" in code]


def run(language: str, code: str, environment: dict[str, str], *arguments: str) -> str:
    if language == "bash" and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    command = ["bash", "-euo", "pipefail", "-c", code] if language == "bash" else [sys.executable, "-c", code]
    done = subprocess.run(
        [*command, *arguments], env=os.environ | environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_examples_of_both_kinds() -> None:
    assert [language for language, _ in CALLS].count("bash") == 3
    assert [language for language, _ in CALLS].count("python") == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("spoken", ["bash", "python"])
def test_the_examples_work(live_server: LiveServer, settings: Settings, spoken: str) -> None:
    settings.BASE_URL = live_server.url
    acme = make_tenant("acme")
    workspace(acme, "Tidewell")
    program = make_program(acme)
    with scope(acme.organization.pk):
        token, secret = create_token("Script", acme.member(Role.OPERATOR), actor=acme.system)
    environment = {
        "NOTIONHUB_URL": live_server.url,
        "NOTIONHUB_ORGANIZATION": acme.slug,
        "NOTIONHUB_TOKEN": secret,
        "NOTIONHUB_TOKEN_ID": token.public_id,
        "NOTIONHUB_CLIENT_ID": program.client.public_id,
        "NOTIONHUB_CLIENT_SECRET": program.secret,
    }
    for language, code in CALLS:
        if language != spoken:
            continue
        shown = run(language, code, environment)
        assert ("previous_expires_at" if "rotation" in code else "Tidewell") in shown


def test_a_scanner_can_tell_a_secret_as_the_page_says() -> None:
    (code,) = (code for _, code in EXAMPLES if "crc32" in code)
    secret = new_secret(CredentialKind.TOKEN)
    assert run("python", code, {}, secret).strip() == "True"
    assert run("python", code, {}, secret[:-1] + ("0" if secret[-1] != "0" else "1")).strip() == "False"
    pattern = re.search(r"`(\\bnhc\?_.*?)`", PAGE)
    assert pattern
    assert re.search(pattern[1], f"token = '{secret}'")
