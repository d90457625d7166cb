"""Makes the same workspace in an empty database and an archive of it in every format: ``… agreement FOLDER``."""

import sys
from pathlib import Path
from typing import Any

import django

TITLES = ("apple", "Banana", "_underscore", "Äpfel", "zebra", "éclair", "Zebra", "10", "9", "a b", "a-b", "ab", "")
REASONS = ("not_shared", "notion_error", "Not shared", "data_source", "database", "_")


def main(folder: str) -> None:
    django.setup()
    from django.core.management import call_command

    from apps.core.tenancy import scope
    from apps.exports.formats import FORMATS, checked_options
    from apps.exports.making import make_archive
    from apps.exports.rendering import Order
    from apps.organizations.services import create_organization
    from apps.snapshots.models import Snapshot
    from tests.exports.watching import Onlooker

    call_command("migrate", verbosity=0)
    with scope(create_organization("Acme", "owner@acme.example").pk):
        made = make_snapshot()
        Snapshot.objects.filter(pk=made.pk).update(public_id="snp_alike")
        snapshot = Snapshot.objects.select_related("workspace").get(pk=made.pk)
        for key, form in FORMATS.items():
            workshop = Path(folder) / key
            workshop.mkdir(parents=True)
            order = Order(snapshot, form, checked_options(form, {}))
            if make_archive(order, workshop, Onlooker(), pace=0.0) is None:
                raise SystemExit("The archive was not made.")


def make_snapshot() -> Any:
    """Everything, with titles and reasons that people sort otherwise than bytes."""
    from apps.snapshots.models import Snapshot
    from apps.snapshots.store.roots import find_roots
    from tests.exports.samples import ordinary
    from tests.exports.worlds import World

    world = World()
    for title in TITLES:
        world.page(title)
    snapshot: Snapshot = ordinary(world)
    for at, reason in enumerate(REASONS * 2):
        kind = ("pages", "Pages", "data_sources", "databases")[at % 4]
        snapshot.unmet.create(kind=kind, object=world.id(f"unmet {at}"), title="", outcome="failed", reason=reason)
    snapshot.roots = [str(root) for root in find_roots(snapshot)]
    snapshot.save(update_fields=["roots"])
    return snapshot


if __name__ == "__main__":
    main(*sys.argv[1:])
