"""An archive does not tell on which database it was made."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import MakeSetUps
from tests.jobs.drill import ROOT
from tests.services.postgresql import PostgreSQL
from tests.services.set_ups import BESIDE, POSTGRESQL, SQLITE, SetUp

pytestmark = [pytest.mark.drill, pytest.mark.timeout(120), BESIDE]


def archives(set_up: SetUp, folder: Path) -> dict[str, dict[str, str]]:
    """Digests of what lies in each format's archive."""
    given = {"DJANGO_SETTINGS_MODULE": "tests.jobs.drill_settings", **set_up.environment}
    command = [sys.executable, "-m", "tests.drills.agreement", str(folder)]
    subprocess.run(command, cwd=ROOT, env=os.environ | given, check=True)
    found = {}
    for path in sorted(folder.glob("*/archive.zip")):
        with ZipFile(path) as archive:
            found[path.parent.name] = {name: sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    return found


def test_both_databases_give_the_same_archives(set_ups: MakeSetUps, postgresql: PostgreSQL, tmp_path: Path) -> None:
    if not postgresql.sorts_as_people_do:
        pytest.skip("this machine has no locale in which text does not sort by its bytes (localedef en_US.UTF-8)")
    makers = set_ups(lambda empty: None)
    made = {}
    for kind in (SQLITE, POSTGRESQL):
        (tmp_path / kind).mkdir()
        made[kind] = archives(makers.make(kind, tmp_path / kind), tmp_path / kind / "archives")
    assert set(made[SQLITE]) >= {"json", "markdown"}
    assert made[POSTGRESQL] == made[SQLITE]
