from importlib import import_module

from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "apps.keys"

    def ready(self) -> None:
        import_module("apps.keys.rewrapping")  # no page leads there, but the log has to know its operations
