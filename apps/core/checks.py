"""System checks of the house rules that a class statement can break silently."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

from apps.core.postgresql import policies, walls
from apps.core.tenancy import TenantModel


@register()
def tenant_models_keep_their_manager(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A ``Meta`` that forgets to inherit ``TenantModel.Meta`` would unscope foreign keys."""
    return [
        Error(
            f"{model._meta.label} does not use the tenant manager as its base manager.",
            hint="Write `class Meta(TenantModel.Meta):`.",
            obj=model,
            id="core.E001",
        )
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.base_manager_name != "objects"
    ]


@register(Tags.security, deploy=True)
def walls_hold_for_the_role(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """PostgreSQL's policies must hold for whom the site and the workers connect as."""
    if not walls.guards_rows(connection):
        return []
    try:
        role = policies.bypassing_role(connection)
    except DatabaseError as error:
        return [Warning(f"The database could not be asked whether its policies hold: {error}", id="core.W002")]
    return [Warning(walls.BYPASSED.format(role=role), id="core.W001")] if role else []
