"""System checks of the house rules that a class statement can break silently."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

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
