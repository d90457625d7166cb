"""A row of any tenant model, made from its fields alone, so that a new model is swept without being told."""

import itertools
import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from apps.accounts.models import User
from apps.core.tenancy import TenantModel
from tests.factories.tenants import Tenant

_numbers = itertools.count(1)


def make_row(model: type[models.Model], tenant: Tenant, within: frozenset[type[models.Model]] = frozenset()) -> Any:
    """Save a row, and whatever it refers to, inside the open scope of ``tenant``.

    Where an organization can have one row only, that one is given once it is there. ``within`` are the models of which
    a row is being made already: what may be empty does not lead back to them.
    """
    only_one = any(getattr(rule, "fields", ()) == ("organization",) for rule in model._meta.constraints)
    if only_one and (there := model._default_manager.first()):
        return there
    within |= {model}
    needed = [field for field in model._meta.concrete_fields if _is_needed(field, within)]
    values = {field.name: _value(field, tenant, within) for field in needed}
    return model._default_manager.create(**values)


def _is_needed(field: models.Field[Any, Any], within: frozenset[type[models.Model]]) -> bool:
    if field.name == "organization" or isinstance(field, models.AutoField):
        return False
    if field.null and field.related_model in within:
        return False
    refers_to_tenants = field.is_relation and issubclass(field.related_model or models.Model, TenantModel)
    return refers_to_tenants or not (field.has_default() or field.null or field.blank)


def _value(field: models.Field[Any, Any], tenant: Tenant, within: frozenset[type[models.Model]]) -> Any:
    number = next(_numbers)
    if field.is_relation:
        related: Any = field.related_model
        if related is User:
            return User.objects.create_user(f"{number}@{tenant.slug}.example", "")
        return make_row(related, tenant, within)
    if field.choices:
        return field.choices[0][0]
    match field:
        case models.DateTimeField():
            return timezone.now()
        case models.UUIDField():
            return uuid.uuid4()
        case models.BinaryField():
            return number.to_bytes(8, "big")
        case models.JSONField():
            return {}
        case models.BooleanField():
            return False
        case models.IntegerField() | models.FloatField():
            return number
        case models.CharField() | models.TextField():
            return f"{number}"
    raise TypeError(f"Nobody has said what a {type(field).__name__} holds: {field}")
