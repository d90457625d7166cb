"""Makes an archive of every format in a process of its own.

``python -m tests.exports.elsewhere DATABASE FILES SNAPSHOT FOLDER [CHECKPOINT]``: with a checkpoint, the process
kills itself there, in the midst of each archive that it begins.
"""

import sys
from pathlib import Path

import django
from django.conf import settings


def main(database: str, files: str, snapshot_id: str, folder: str, die_at: str = "0") -> None:
    settings.DATABASES["default"]["NAME"] = database
    settings.STORAGES["default"]["OPTIONS"]["location"] = files
    django.setup()

    from apps.core.tenancy import scope
    from apps.exports.formats import FORMATS, checked_options
    from apps.exports.making import make_archive
    from apps.exports.rendering import Order
    from apps.organizations.models import Organization
    from apps.snapshots.models import Snapshot
    from tests.exports.watching import Onlooker

    with scope(Organization.objects.get(slug="acme").pk):
        snapshot = Snapshot.objects.select_related("workspace").get(public_id=snapshot_id)
        for key, form in FORMATS.items():
            workshop = Path(folder) / key
            workshop.mkdir(parents=True)
            order = Order(snapshot, form, checked_options(form, {}))
            if make_archive(order, workshop, Onlooker(die_at=int(die_at)), pace=0.0) is None:
                raise SystemExit("The archive was not made.")


if __name__ == "__main__":
    main(*sys.argv[1:])
