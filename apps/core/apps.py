from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        from apps.core import checks  # noqa: F401  (registers the system checks)
        from apps.core.postgresql import walls

        post_migrate.connect(walls.put_up_walls)
        connection_created.connect(walls.warn_of_bypass)
