"""Make the database of the drills: three tenants, lanes with work, something to compute. Run as a script."""

import django

TENANTS = ("acme", "kestrel", "northwind")
LANES = 8
STEPS = 45
COMPUTED = 15
ITEMS = len(TENANTS) * (LANES * STEPS + COMPUTED)


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from apps.core.tenancy import scope
    from apps.jobs.services import enqueue
    from apps.organizations.services import create_organization, system_actor
    from tests.jobs.drill_kinds import TABLE

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    for tenant in TENANTS:
        organization = create_organization(tenant.capitalize(), f"owner@{tenant}.example")
        actor = system_actor(organization)
        with scope(organization.pk):
            for lane in range(LANES):
                params = {
                    "name": f"{tenant} {lane}",
                    "total": STEPS,
                    "pause": 0.1,
                    "stumble": tenant == "acme" and lane == 0,
                }
                enqueue("drill.walk", params=params, lane=f"lane:{lane}", actor=actor)
            enqueue("drill.compute", params={"name": tenant, "total": COMPUTED, "pause": 0.1}, actor=actor)


if __name__ == "__main__":
    main()
