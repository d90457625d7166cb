"""``check --deploy`` under the production settings, with values that a real installation would set.

Run by ``make lint``; any warning fails it.
"""

import base64
import os
import secrets
import subprocess
import sys


def main() -> int:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "notionhub.settings.production",
        "NOTIONHUB_BASE_URL": "https://notionhub.example",
        "NOTIONHUB_ALLOWED_HOSTS": "notionhub.example",
        "NOTIONHUB_SECRET_KEY": secrets.token_urlsafe(50),
        "NOTIONHUB_MASTER_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
