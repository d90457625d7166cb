"""What a process sees that starts with other distributions on its path: the form, the API, the command.

``python -m tests.exports.with_plugins DATABASE FILES OWNER OPERATOR TOKEN OUTPUT [FORMAT]`` (two sessions) prints
it as JSON, and exports in that format into the folder ``OUTPUT``.
"""

import json
import sys

import django
from django.conf import settings


def main(database: str, files: str, owner: str, operator: str, token: str, output: str, format: str = "") -> None:
    settings.DATABASES["default"]["NAME"] = database
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    django.setup()

    from django.core.checks import run_checks
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    forms = [
        Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}).get("/o/acme/exports/create/")
        for session in (owner, operator)
    ]
    program = Client(headers={"authorization": f"Bearer {token}"})
    told = {
        "form": forms[0].content.decode(),
        "operators_form": forms[1].content.decode(),
        "api": program.get("/api/v1/o/acme/export-formats/").json()["results"],
        "checks": [str(check) for check in run_checks() if check.id == "exports.W001"],
    }
    if format:
        call_command("export", "--format", format, "--output", output)
    sys.stdout.write(f"\n{json.dumps(told)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
