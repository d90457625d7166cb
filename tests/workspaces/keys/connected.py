"""A workspace that was connected as a person would, and how its keys are read in tests."""

from dataclasses import dataclass

from pydantic import SecretStr

from apps.keys.services import reveal
from apps.sandbox import Sandbox
from apps.sandbox.access import CAPABILITIES
from apps.workspaces.keys.proof import Proof
from apps.workspaces.keys.services import CHECK_ONLY, Promotion, add_key
from apps.workspaces.models import ConnectionKind, Workspace, WorkspaceKey
from apps.workspaces.probe import probe
from apps.workspaces.services import connect_workspace
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending


@dataclass
class Connected:
    tenant: Tenant
    sandbox: Sandbox
    workspace: Workspace

    @classmethod
    def by_token(cls, tenant: Tenant, sandbox: Sandbox) -> "Connected":
        token, base_url = SecretStr(sandbox.token), sandbox.service.settings.base_url or ""
        workspace = connect_workspace(
            probe(token, base_url), base_url=base_url, token=token, connection=ConnectionKind.TOKEN, actor=tenant.system
        )
        return cls(tenant, sandbox, workspace)

    def another_token(self, *, without: set[str] | None = None, capabilities: frozenset[str] = CAPABILITIES) -> str:
        """A second connection of the same workspace, to which less may be shared."""
        shared = {thing.id for thing in self.sandbox.world.shared_by_default()} - (without or set())
        return self.sandbox.issue_token(shared=shared, capabilities=capabilities, name="NotionHub 2026")

    def add(self, token: str, then: Promotion = CHECK_ONLY) -> WorkspaceKey:
        """As a person would, with the job that compares the keys."""
        secret = SecretStr(token)
        key = add_key(
            self.workspace,
            probe(secret, self.workspace.base_url),
            token=secret,
            then=then,
            actor=self.tenant.system,
        )
        run_pending()
        return self.key(key.number)

    def key(self, number: int) -> WorkspaceKey:
        related = ("workspace__key", "access_token__key")
        return WorkspaceKey.objects.select_related(*related).get(workspace=self.workspace, number=number)

    def token_in_use(self) -> str | None:
        self.workspace.refresh_from_db()
        key = self.workspace.key
        return reveal(key.access_token).get_secret_value() if key and key.access_token else None

    def proof(self, number: int) -> Proof:
        proof = Proof.read(self.key(number).proof)
        assert proof is not None
        return proof
