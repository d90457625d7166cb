"""What ``manage.py check`` says of this app, and so every start of the site."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from apps.exports.formats import LEFT_OUT


@register()
def every_plugin_is_used(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"The export format {left_out.name!r} of {left_out.origin} is left out. {left_out.reason}",
            hint="Mend or uninstall it, then start again.",
            id="exports.W001",
        )
        for left_out in LEFT_OUT
    ]
