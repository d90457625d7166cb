from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_delete, pre_migrate


class AuditConfig(AppConfig):
    name = "apps.audit"

    def ready(self) -> None:
        from apps.audit import retention, triggers

        pre_migrate.connect(triggers.take_down_triggers, sender=self)
        post_migrate.connect(triggers.put_up_triggers, sender=self)
        pre_delete.connect(retention.close_log, sender="organizations.Organization")
