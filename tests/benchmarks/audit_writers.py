"""One database under many writers: ``python -m tests.benchmarks.audit_writers <entries> <seconds> <writers>``.

Run by :mod:`tests.benchmarks.bench_audit` with ``DATABASE_URL`` set, or with a SQLite file below ``NOTIONHUB_VAR``.
Prints its figures as one line of JSON. Writers are processes, made by forking, that share nothing but the database.
"""

import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "notionhub.settings.development"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections, transaction  # noqa: E402

from apps.access.roles import Permission  # noqa: E402
from apps.audit.models import AuditEntry  # noqa: E402
from apps.audit.sealing import seal  # noqa: E402
from apps.audit.selectors import NEWEST, EntryFilter, entries  # noqa: E402
from apps.audit.verification import verify  # noqa: E402
from apps.core.actor import Actor  # noqa: E402
from apps.core.operations import operation  # noqa: E402
from apps.core.tenancy import scope  # noqa: E402
from apps.organizations.models import Organization  # noqa: E402
from apps.organizations.services import create_organization, system_actor  # noqa: E402

ALONE = 400
WORK = 0.02
"""Seconds that a long operation takes in its transaction."""


def body(organization: Organization) -> Organization:
    Organization.objects.filter(pk=organization.pk).update(name=organization.name)
    return organization


def without(organization: Organization) -> None:
    """The same write in a transaction of its own, nobody asked and nothing recorded."""
    with transaction.atomic():
        body(organization)


@operation("bench.touched", requires=Permission.WORKSPACE_VIEW)
def touched(organization: Organization, *, actor: Actor) -> Organization:
    return body(organization)


@operation("bench.noted", requires=Permission.WORKSPACE_VIEW)
def noted(*, actor: Actor) -> None:
    """Writes nothing but its entry."""


@operation("bench.worked", requires=Permission.WORKSPACE_VIEW)
def worked(*, actor: Actor) -> None:
    time.sleep(WORK)


def median_ms(act: Callable[[], object], count: int = ALONE) -> float:
    took = []
    for _ in range(count):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1_000


def one_writer(organization_id: int, act: Callable[..., object], seconds: float, told: Any, start: Any) -> None:
    connections.close_all()
    with scope(organization_id):
        actor = system_actor(Organization.objects.get(pk=organization_id))
        start.wait()
        took, ends = [], time.perf_counter() + seconds
        while (began := time.perf_counter()) < ends:
            act(actor=actor)
            took.append(time.perf_counter() - began)
    told.send(took)
    connections.close_all()


def many(places: list[int], act: Callable[..., object], seconds: float, *, sealing: bool) -> tuple[float, float, float]:
    """Operations a second, and the median and 99th percentile of one in ms, with a writer for each place."""
    fork = multiprocessing.get_context("fork")
    start, pipes, writers = fork.Event(), [], []
    connections.close_all()
    for place in places:
        mine, theirs = fork.Pipe()
        writers.append(fork.Process(target=one_writer, args=(place, act, seconds, theirs, start)))
        pipes.append(mine)
        writers[-1].start()
    time.sleep(1)
    start.set()
    ends = time.perf_counter() + seconds
    while sealing and time.perf_counter() < ends:
        with scope(places[0]):
            seal()
        time.sleep(0.5)
    took = sorted(duration for pipe in pipes for duration in pipe.recv())
    for writer in writers:
        writer.join()
    return len(took) / seconds, statistics.median(took) * 1_000, took[int(len(took) * 0.99)] * 1_000


def fill(organization: Organization, actor: Actor, count: int) -> None:
    """Many entries, inserted as values, with the columns that operations fill."""
    after = {"name": "Tidewell Instruments", "rate_limit": 180, "status": "healthy", "roles": ["viewer", "operator"]}
    columns = ["public_id", "at", "event", "outcome", "actor_kind", "actor_label", "ip", "user_agent", "subject_label",
               "before", "after"]  # fmt: skip
    from django.utils import timezone

    now = timezone.now()
    rows = (
        [f"aud_bench{number:011}", now, "workspace.updated", "succeeded", "user", f"Person {number % 50}", "192.0.2.7",
         "Mozilla/5.0 (X11; Linux x86_64)", f"Workspace {number}", {**after, "rate_limit": 60}, after]
        for number in range(count)
    )  # fmt: skip
    with transaction.atomic():
        AuditEntry.objects.insert(columns, rows)


def searched(query: str) -> list[AuditEntry]:
    return list(entries(EntryFilter(query=query), newest=NEWEST)[:50])


def checked() -> float:
    """Entries a second."""
    began = time.perf_counter()
    verdict = verify()
    assert verdict.holds
    return verdict.count / (time.perf_counter() - began)


def measure(count: int, seconds: float, writers: int) -> dict[str, float]:
    call_command("migrate", verbosity=0)
    organizations = [create_organization(f"Bench {n}", f"o{n}@bench.example", slug=f"bench{n}") for n in range(writers)]
    first = organizations[0]
    found: dict[str, float] = {}
    with scope(first.pk):
        actor = system_actor(first)
        plain, whole = median_ms(lambda: without(first)), median_ms(lambda: touched(first, actor=actor))
        found["added_ms"] = whole - plain
        found["plain_ms"] = plain
    same, apart = [first.pk] * writers, [organization.pk for organization in organizations]
    for name, places, sealing in (("one", same, False), ("sealed", same, True), ("apart", apart, False)):
        found[f"{name}_rate"], found[f"{name}_ms"], found[f"{name}_p99"] = many(places, noted, seconds, sealing=sealing)
    found["work_rate"], found["work_ms"], found["work_p99"] = many(same, worked, seconds, sealing=True)
    with scope(first.pk):
        seal()
        fill(first, actor, count)
        began = time.perf_counter()
        chain = seal()
        found["seal_rate"] = count / (time.perf_counter() - began)
        began = time.process_time()
        found["verify_rate"] = max(checked() for _ in range(3))
        found["verify_cpu"] = 3 * chain.seq / (time.process_time() - began)
        found["entries"] = chain.seq
        for name, query in (("rare", f"workspace {count // 2}"), ("common", "tidewell")):
            found[f"search_{name}_ms"] = median_ms(partial(searched, query), 7)
        found["page_ms"] = median_ms(lambda: list(entries()[:50]), 7)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))) + "\n")
