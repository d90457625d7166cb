from typing import Any

from rest_framework import serializers

from apps.core.api import StrictSerializer
from apps.core.ui.status import code_of
from apps.notion.versions import no_such_version
from apps.workspaces.models import Workspace
from apps.workspaces.versions import CHOICES


class WorkspaceSerializer(serializers.ModelSerializer[Workspace]):
    id = serializers.CharField(source="public_id", help_text="`ws_…`")
    notion_id = serializers.CharField(help_text="Notion's own id of the workspace.")
    connection = serializers.CharField(
        source="key.connection", default="", help_text="How the key in use came: `oauth` or `token`; empty without one."
    )
    status = serializers.SerializerMethodField(help_text="`healthy`, `reduced`, `access_lost` or `retired`")

    class Meta:
        model = Workspace
        fields = [
            "id",
            "name",
            "notion_id",
            "bot_name",
            "connection",
            "api_version",
            "rate_limit",
            "rate_window",
            "status",
            "status_reason",
            "roots",
            "verified_at",
            "created_at",
        ]

    def get_status(self, workspace: Workspace) -> str:
        return code_of(workspace.status)


def _version(help_text: str) -> serializers.ChoiceField:
    refusals: dict[str, Any] = {"invalid_choice": no_such_version("{input}")}
    return serializers.ChoiceField(CHOICES, required=False, help_text=help_text, error_messages=refusals)


class ConnectSerializer(StrictSerializer):
    token = serializers.CharField(
        min_length=20,
        max_length=300,
        write_only=True,
        help_text="A Notion token. It is checked at once and never shown.",
    )
    api_version = _version("Version of Notion's API to read with; without it the installation's own.")


class WorkspaceUpdateSerializer(StrictSerializer):
    rate_limit = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    api_version = _version("Version of Notion's API to read with, from the next job on.")
