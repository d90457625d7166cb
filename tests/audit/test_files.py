"""The log as files: they prove themselves outside of NotionHub, and open safely in a spreadsheet."""

import csv
import io
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from apps.access.roles import Role
from apps.audit import services
from apps.audit.models import AuditEntry, LogFile
from apps.audit.retention import delete_covered, trim
from apps.audit.sealing import seal
from apps.audit.selectors import EntryFilter
from apps.audit.writing import lines
from apps.core.occurrences import Occurrence, record
from apps.core.tenancy import scope
from apps.jobs.models import Job
from tests.audit.entries import write
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

DOCS = Path(__file__).parents[2] / "docs" / "audit.md"
ODD = {"floats": [0.5, 1e22, 1e-7, -0.0], "text": 'é "quoted" \\ \u2028 \x07 \U0001f600', "big": 2**62, "none": None}


def written(file: LogFile) -> bytes:
    return b"".join(lines(file))


def verified(content: bytes, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the script in the docs says of a file."""
    (script,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    (folder / "verify.py").write_text(script)
    (folder / "log.jsonl").write_bytes(content)
    command = [sys.executable, "-I", str(folder / "verify.py"), str(folder / "log.jsonl"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.django_db
def test_the_script_of_the_docs_verifies_an_export(inside_acme: Tenant, tmp_path: Path) -> None:
    write(inside_acme, 5)
    owner = inside_acme.actor(Role.OWNER)
    record(Occurrence("session.started", owner, "succeeded", None, ODD, {"after": ODD}, reason="weil … \n ja"))
    file = services.export_log("jsonl", EntryFilter(), actor=owner)
    said = verified(written(file), tmp_path)
    assert said.stdout.strip() == f"{file.up_to} entries, head {file.up_to}:{file.head}", said.stderr
    assert verified(written(file), tmp_path, f"{file.up_to}:{file.head}").returncode == 0
    assert verified(written(file), tmp_path, f"{file.up_to}:{'a' * 64}").returncode == 1


@pytest.mark.django_db
def test_it_finds_what_was_changed_removed_or_cut(inside_acme: Tenant, tmp_path: Path) -> None:
    write(inside_acme, 6)
    file = services.export_log("jsonl", EntryFilter(), actor=inside_acme.actor(Role.OWNER))
    rows = written(file).splitlines(keepends=True)
    changed = [*rows[:4], rows[4].replace(b'"number":', b'"nummer":'), *rows[5:]]
    assert "entry 4 " in verified(b"".join(changed), tmp_path).stderr
    assert "entry 3 is missing" in verified(b"".join(rows[:3] + rows[4:]), tmp_path).stderr
    assert "the end is missing" in verified(b"".join(rows[:-1]), tmp_path).stderr


@pytest.mark.django_db
def test_after_a_cut_the_rest_still_proves_itself(inside_acme: Tenant, tmp_path: Path) -> None:
    write(inside_acme, 6)
    seal()
    trim(4, actor=inside_acme.system)
    delete_covered()
    file = services.export_log("jsonl", EntryFilter(), actor=inside_acme.actor(Role.OWNER))
    assert verified(written(file), tmp_path).returncode == 0
    assert json.loads(written(file).splitlines()[0])["cut"]["seq"] == 4


@pytest.mark.django_db
def test_a_filtered_export_proves_each_entry(inside_acme: Tenant, tmp_path: Path) -> None:
    write(inside_acme, 3)
    write(inside_acme, 3, event="session.ended")
    owner = inside_acme.actor(Role.OWNER)
    file = services.export_log("jsonl", EntryFilter(event="session.ended"), actor=owner)
    assert len(written(file).splitlines()) == 1 + 3
    assert verified(written(file), tmp_path).returncode == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "label", ['=HYPERLINK("x")', "+1", "-1", "@cmd", "\tx", "a,b", 'say "hi"', "＝1", "x;=1", "x\n@y"]
)
def test_no_cell_of_a_csv_is_a_formula(inside_acme: Tenant, label: str) -> None:
    owner = inside_acme.actor(Role.OWNER)
    record(Occurrence("session.started", owner, "succeeded", None, reason=label))
    file = services.export_log("csv", EntryFilter(event="session.started"), actor=owner)
    (row,) = csv.DictReader(io.StringIO(written(file).decode()))
    assert row["reason"].replace("'", "") == label
    cells = re.split(r"[;\n]", row["reason"])  # as a spreadsheet with another delimiter reads them
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "＝"))]
    assert len(row["hash"]) == 64


@pytest.mark.django_db
def test_a_person_downloads_what_the_filter_finds_and_it_is_on_record(acme: Tenant) -> None:
    browser = acme.browser(Role.AUDITOR)
    answer = browser.post(f"/o/{acme.slug}/audit/export/?event=member.added", {"format": "jsonl"})
    content = b"".join(answer)
    events = {json.loads(line).get("event") for line in content.splitlines()[1:]}
    assert events == {"member.added"}
    with scope(acme.organization.pk):
        entry = AuditEntry.objects.latest("id")
        head = LogFile.objects.get().head
    assert (entry.event, entry.after["head"], entry.after["wanted"]) == (
        "audit.exported",
        head,
        {"event": "member.added"},
    )
    assert answer["X-Audit-Head"].endswith(head)
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-log-')


@pytest.mark.django_db(transaction=True)
def test_a_large_export_is_written_by_a_job_and_fetched_by_a_link(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        write(acme, 40)
        file = services.export_log("jsonl", EntryFilter(), actor=acme.actor(Role.OWNER), at_once=10)
        assert file.job is not None
    run_pending()
    with scope(acme.organization.pk):
        assert Job.objects.get().status == "succeeded"
        file.refresh_from_db()
        expected = written(file)
    assert file.size == len(expected)
    page = acme.browser(Role.AUDITOR).get(f"/o/{acme.slug}/audit/files/{file.public_id}/")
    fetched = Client().get(page["Location"])
    assert b"".join(fetched) == expected
    with scope(acme.organization.pk):
        assert AuditEntry.objects.latest("id").event == "audit.downloaded"


@pytest.mark.django_db(transaction=True)
def test_a_file_is_kept_for_a_week_in_the_folder_of_its_organization(acme: Tenant) -> None:
    with scope(acme.organization.pk):
        old = services.export_log("jsonl", EntryFilter(), at_once=0, actor=acme.system)
    run_pending()
    with scope(acme.organization.pk):
        LogFile.objects.update(created_at=timezone.now() - timedelta(days=8))
        old.refresh_from_db()
        assert old.storage_name.startswith(f"{acme.organization.public_id}/")
        assert default_storage.exists(old.storage_name)
        services.export_log("csv", EntryFilter(), at_once=0, actor=acme.system)
    run_pending()
    assert not default_storage.exists(old.storage_name)
    browser = acme.browser(Role.AUDITOR)
    assert "Gone after a week" in browser.get(f"/o/{acme.slug}/audit/export/").content.decode()
    assert browser.get(f"/o/{acme.slug}/audit/files/{old.public_id}/").status_code == 302
