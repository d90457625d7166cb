"""A client that a generator makes from our description works: it lists, creates, follows a job, downloads."""

import hashlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest
from drf_spectacular.generators import SchemaGenerator
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType
from pydantic import SecretStr
from pytest_django.live_server_helper import LiveServer
from rest_framework.renderers import JSONRenderer

from apps.access.roles import Role
from apps.core.tenancy import scope
from apps.sandbox import Sandbox
from apps.workspaces.models import ConnectionKind
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
NAME = "notionhub_generated_client"
AS_BYTES = dict.fromkeys(("application/x-ndjson", "text/csv", "*/*"), "application/octet-stream")
"""What the generator is told of files: it knows no other word for bytes."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package, imported."""
    folder = tmp_path_factory.mktemp("client")
    said = folder / "openapi.json"
    said.write_bytes(JSONRenderer().render(SchemaGenerator().get_schema(request=None, public=True)))  # type: ignore[no-untyped-call]
    settings = ConfigFile(
        project_name_override=NAME, package_name_override=NAME, post_hooks=[], content_type_overrides=AS_BYTES
    )
    config = Config.from_sources(settings, MetaType.NONE, said, "utf-8", overwrite=True, output_path=folder / NAME)
    wrong = [f"{error.header}: {error.detail}" for error in generate(config=config)]
    assert wrong == []
    sys.path.insert(0, str(folder))
    yield importlib.import_module(NAME)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == NAME]:
        del sys.modules[name]


def part(name: str) -> Any:
    return importlib.import_module(f"{NAME}.{name}")


@pytest.fixture
def workspace(acme: Tenant, sandbox: Sandbox) -> str:
    base_url, token = sandbox.service.settings.base_url or "", SecretStr(sandbox.token)
    with scope(acme.organization.pk):
        return connect_workspace(
            probe(token, base_url), base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=acme.system
        ).public_id


def test_it_lists_creates_follows_a_job_and_downloads(
    client: ModuleType, acme: Tenant, workspace: str, live_server: LiveServer
) -> None:
    secret = acme.api(Role.OWNER).defaults["HTTP_AUTHORIZATION"].split()[1]
    models, slug = part("models"), acme.slug
    with client.AuthenticatedClient(base_url=live_server.url, token=secret, raise_on_unexpected_status=True) as hub:
        listed = part("api.workspaces.workspaces_list").sync(slug, client=hub)
        assert [row.id for row in listed.results] == [workspace]
        capture = part("api.snapshots.captures_create").sync_detailed(
            slug, workspace, client=hub, body=models.CaptureCreateRequest(), idempotency_key="capture-1"
        )
        assert capture.status_code == 202
        assert capture.headers["Location"].endswith(f"/jobs/{capture.parsed.id}/")
        assert followed(hub, slug, capture.parsed.id).status == models.JobStatusEnum.COMPLETE
        [snapshot] = part("api.snapshots.snapshots_list").sync(slug, client=hub).results
        wanted = models.ExportCreateRequest(snapshot=snapshot.id, format_="json")
        made = [
            part("api.exports.exports_create").sync(slug, client=hub, body=wanted, idempotency_key="export-1")
            for _ in range(2)
        ]
        assert made[0] == made[1]
        followed(hub, slug, made[0].job)
        export = part("api.exports.exports_get").sync(slug, made[0].id, client=hub)
        assert export.ready
        link = part("api.exports.exports_link").sync(slug, export.id, client=hub)
        refused = part("api.exports.exports_list").sync_detailed(slug, client=hub, workspace="x", page_size=0)
        assert refused.parsed.errors[0].parameter == "page_size"
    with httpx.Client() as anybody:
        path = link.url.partition("/links/")[2]
        archive = anybody.get(f"{live_server.url}/links/{path}").content
    assert hashlib.sha256(archive).hexdigest() == export.sha256


def followed(hub: Any, slug: str, job: str) -> Any:
    run_pending()
    return part("api.jobs.jobs_get").sync(slug, job, client=hub)
