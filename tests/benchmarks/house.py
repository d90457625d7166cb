"""A process of the product for a benchmark: its database and file store in a folder, one workspace in it.

Django is set up by :func:`open_house`, so nothing of the product is imported before.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps.core.actor import Actor
    from apps.snapshots.models import Snapshot
    from apps.workspaces.models import Workspace


@dataclass(frozen=True)
class House:
    slug: str
    actor: "Actor"

    def connect(
        self, base_url: str, token: str, name: str = "bench", *, rate: tuple[int, float] = (10**6, 60.0)
    ) -> "Workspace":
        """A workspace, new or known by its name."""
        from apps.workspaces.models import Workspace
        from tests.factories.keys import give_key

        workspace, _ = Workspace.objects.update_or_create(
            notion_id=name,
            defaults={
                "name": name,
                "bot_id": "bot",
                "base_url": base_url,
                "rate_limit": 10**6,
                "rate_window": 60.0,
            },
        )
        give_key(workspace, token)
        return workspace

    def capture(self, workspace: "Workspace", **options: Any) -> "Snapshot":
        from apps.jobs.foreground import see_through
        from apps.snapshots.capture.options import Options
        from apps.snapshots.models import Snapshot
        from apps.snapshots.services import start_capture

        job = see_through(start_capture(workspace, options=Options(**options), actor=self.actor), lambda job: None)
        if job.word != "Complete":
            raise SystemExit(f"The capture ended as {job.word}: {job.error}")
        return Snapshot.objects.get(public_id=job.result["snapshot"])


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings", "BENCH_FOLDER": str(folder)}
    import django

    django.setup()
    from django.core.management import call_command

    from apps.core.tenancy import scope
    from apps.organizations.models import Organization
    from apps.organizations.services import create_organization, system_actor

    call_command("migrate", verbosity=0)
    organization = Organization.objects.first() or create_organization("Bench", "owner@bench.example")
    with scope(organization.pk):
        yield House(organization.slug, system_actor(organization))
