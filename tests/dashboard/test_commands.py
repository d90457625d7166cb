"""The commands: the same jobs and exports, in the foreground."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEntry
from apps.core.tenancy import scope
from apps.jobs.models import Job
from apps.sandbox import Sandbox
from apps.sandbox.faults import Fault
from apps.snapshots.models import Snapshot
from apps.workspaces.models import Workspace
from tests.factories.tenants import Tenant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> str:
    monkeypatch.setenv("NOTION_TOKEN", sandbox.token)
    return sandbox.token


def test_a_token_alone_is_enough_to_capture_and_export(
    acme: Tenant, sandbox: Sandbox, token: str, tmp_path: Path
) -> None:
    said = run("capture")
    assert "Complete" in said
    assert token not in said
    with scope(acme.organization.pk):
        snapshot = Snapshot.objects.select_related("workspace").get()
        assert snapshot.state == "complete"
        assert snapshot.workspace.name == sandbox.workspace_name
    run("export", "--format", "json", "--output", str(tmp_path / "one.zip"))
    run("export", "--workspace", sandbox.workspace_name, "--format", "markdown", "--output", str(tmp_path / "folder"))
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["complete"] is True
    assert json.loads((tmp_path / "folder" / "manifest.json").read_text())["complete"] is True
    with scope(acme.organization.pk):
        events = list(AuditEntry.objects.order_by("id").values_list("event", flat=True))
    assert events[-4:] == ["workspace.connected", "capture.started", "export.saved", "export.saved"]


def test_a_second_capture_goes_into_the_same_workspace(acme: Tenant, token: str) -> None:
    run("capture")
    run("capture")
    with scope(acme.organization.pk):
        assert Workspace.objects.count() == 1
        assert sorted(Snapshot.objects.values_list("number", flat=True)) == [1, 2]
        assert AuditEntry.objects.filter(event__startswith="workspace.").count() == 1


def test_a_refused_token_is_a_sentence_and_leaves_nothing(
    acme: Tenant, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTION_TOKEN", "ntn_" + "x" * 46)
    with pytest.raises(CommandError, match="does not accept this key"):
        run("capture")
    with scope(acme.organization.pk):
        assert not Workspace.objects.exists()


def test_a_key_revoked_in_mid_capture_fails_with_a_sentence(acme: Tenant, sandbox: Sandbox, token: str) -> None:
    sandbox.faults.add(Fault("revoke", after=15))
    with pytest.raises(CommandError, match="no longer accepts"):
        run("capture")
    with scope(acme.organization.pk):
        assert Job.objects.get().status == "failed"
        assert Workspace.objects.get().status == "Access lost"
        assert Snapshot.objects.get().state in ("failed", "incomplete")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["capture", "--organization", "nowhere"], "no organization “nowhere”. There are: acme"),
        (["capture", "--workspace", "nothing"], "no workspace “nothing”"),
        (["export", "--output", "x"], "none is connected"),
    ],
)
def test_what_is_not_there_is_named(acme: Tenant, sandbox: Sandbox, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words)


def test_without_a_snapshot_there_is_nothing_to_export(acme: Tenant, token: str, tmp_path: Path) -> None:
    run("capture")
    with pytest.raises(CommandError, match=r"no snapshot 7\. There are: 1"):
        run("export", "--snapshot", "7", "--output", str(tmp_path / "x"))


def test_without_an_organization_the_command_says_how_to_make_one(db: None) -> None:
    with pytest.raises(CommandError, match="create_organization"):
        run("capture")
    run("create_organization", "New one", "--owner", "ada@new.example")
    with pytest.raises(CommandError, match="already"):
        run("create_organization", "New one", "--owner", "ada@new.example")
