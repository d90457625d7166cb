"""Plants an organization with so many jobs, and prints what a caller needs: the arguments are their number."""

import json
import sys
from datetime import UTC, datetime, timedelta

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from apps.access.roles import Role
    from apps.core.tenancy import scope
    from apps.jobs.models import Job
    from tests.factories.tenants import make_tenant

    count, began = int(sys.argv[1]), datetime(2026, 1, 1, tzinfo=UTC)
    tenant = make_tenant("acme")
    secret = tenant.api(Role.OWNER).defaults["HTTP_AUTHORIZATION"]
    with scope(tenant.organization.pk):
        for start in range(0, count, 5_000):
            Job.objects.bulk_create(_job(number, began) for number in range(start, min(count, start + 5_000)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps({"authorization": secret}))  # noqa: T201


def _job(number: int, began: datetime):  # type: ignore[no-untyped-def]
    from apps.jobs.models import Cluster, Job, Status

    ended = number % 20
    return Job(
        kind="exports.export",
        title=f"Export {number}",
        subject_type="workspace",
        subject_id=f"ws_{number % 50:016}",
        created_by_kind="user",
        created_by_label="Ada",
        created_at=began + timedelta(minutes=number),
        cluster=Cluster.CPU,
        status=Status.SUCCEEDED if ended else Status.FAILED,
    )


if __name__ == "__main__":
    main()
