from typing import Any

from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.workspaces.models import NotionEvent, Webhook
from apps.workspaces.webhooks.services import QUIET, token_to_paste, url_of

STATES = ["waiting", "token_received", "active"]


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    id = serializers.CharField(source="public_id", help_text="`hook_…`")
    workspace = serializers.CharField(source="workspace.public_id", help_text="`ws_…`")
    url = serializers.SerializerMethodField(help_text="Give it to Notion. Whoever has it can post there.")
    state = serializers.ChoiceField(choices=STATES, read_only=True)
    verification_token = serializers.SerializerMethodField(
        help_text="Take it back to Notion. Null before it came, once an event has proven it, and without the right."
    )
    listens_until = serializers.DateTimeField(help_text="Until then a verification token is taken.")
    last_event_at = serializers.DateTimeField(allow_null=True)
    changed_since = serializers.DateTimeField(
        allow_null=True, help_text="The first change that no capture has followed yet."
    )
    capture_at = serializers.DateTimeField(allow_null=True, help_text="When a capture starts by itself.")

    class Meta:
        model = Webhook
        fields = [
            *("id", "workspace", "url", "state", "verification_token", "listens_until", "captures", "quiet_minutes"),
            *("last_event_at", "changed_since", "capture_at", "created_at"),
        ]

    def get_url(self, webhook: Webhook) -> str:
        return url_of(webhook)

    def get_verification_token(self, webhook: Webhook) -> str | None:
        token = token_to_paste(webhook, self.context["actor"])
        return token.get_secret_value() if token else None


class WebhookUpdateSerializer(StrictSerializer):
    captures = serializers.BooleanField(required=False, help_text="Whether changes start an incremental capture.")
    quiet_minutes = serializers.IntegerField(
        required=False, min_value=QUIET[0], max_value=QUIET[1], help_text="For which nothing may change before it does."
    )


class NotionEventSerializer(serializers.ModelSerializer[NotionEvent]):
    id = serializers.UUIDField(source="event", help_text="Notion's.")
    type = serializers.CharField(help_text="Such as `page.content_updated`.")
    entity = serializers.CharField(help_text="The id of what changed.")
    attempt = serializers.IntegerField(help_text="The how manieth time that Notion sent it.")
    body = serializers.DictField(help_text="`authors` and `data` as Notion sent them.")

    class Meta:
        model = NotionEvent
        fields = ["id", "type", "entity", "entity_type", "attempt", "happened_at", "received_at", "body"]


def shown(webhook: Webhook, actor: Any) -> dict[str, Any]:
    return dict(WebhookSerializer(webhook, context={"actor": actor}).data)
