from importlib import import_module

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "apps.exports"

    def ready(self) -> None:
        import_module("apps.exports.checks")
