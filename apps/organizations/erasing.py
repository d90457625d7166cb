"""Everything that belongs to an organization, found without knowing what there is: a new table needs no line here."""

from collections.abc import Iterator, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import product

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.utils.module_loading import import_string

from apps.core.tenancy import TenantModel
from apps.jobs.models import Job, JobEvent

AT_ONCE = 1_000
"""Rows that one transaction deletes: a write lock of a fraction of a second."""

Table = type[TenantModel]


@cache
def tables() -> tuple[Table, ...]:
    """All tables of tenants, each before those that its rows lead to.

    Where tables lead to each other, a link that may be empty is left out, and emptied before its target goes.
    """
    owned = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    graph: dict[Table, set[Table]] = {model: set() for model in owned}
    for child, field in sorted(_links(owned), key=lambda link: link[1].null):
        parent = field.related_model
        if parent not in graph or parent is child:
            continue
        graph[parent].add(child)
        if not _can_be_ordered(graph):
            graph[parent].discard(child)
    for model, apart in product(owned, _apart()):
        if model is not apart and model._meta.app_label == apart._meta.app_label:
            graph[model].add(apart)  # what its rooms keep of it may be what lets it go
    return tuple(TopologicalSorter(graph).static_order())


def rows_of(table: Table, job: Job) -> models.QuerySet[TenantModel]:
    """What the job that erases has to delete of a table: it keeps itself, to know how far it is."""
    if table is Job:
        return Job.objects.exclude(pk=job.pk)
    if table is JobEvent:
        return JobEvent.objects.exclude(job=job)
    return table.objects.all()


def delete_some(table: Table, job: Job) -> None:
    """Delete up to ``AT_ONCE`` rows of a table, in its own way if ``settings.ERASED_APART`` names one."""
    if table in _apart():
        import_string(settings.ERASED_APART[table._meta.label])()
        return
    some = list(rows_of(table, job).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for child, field in _links(tables()):
        if field.related_model is table and field.null:
            child.objects.filter(**{f"{field.name}__in": some}).update(**{field.name: None})
    table.objects.filter(pk__in=some).delete()


def files_below(folder: str) -> Iterator[list[str]]:
    """The names of all stored files below a folder, a folder at a time."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in folders:
        yield from files_below(f"{folder}/{name}")
    if names:
        yield [f"{folder}/{name}" for name in names]


def _apart() -> list[Table]:
    return [apps.get_model(label) for label in settings.ERASED_APART]


def _links(owned: Sequence[Table]) -> list[tuple[Table, "models.ForeignKey[TenantModel, TenantModel]"]]:
    return [
        (model, field)
        for model in owned
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    ]


def _can_be_ordered(graph: dict[Table, set[Table]]) -> bool:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return False
    return True
