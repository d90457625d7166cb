from typing import Any

from django import forms

from apps.workspaces.models import Webhook
from apps.workspaces.webhooks.services import QUIET


class ChangesForm(forms.Form):
    """What follows from events."""

    captures = forms.BooleanField(label="Capture by itself after changes", required=False)
    quiet_minutes = forms.IntegerField(
        label="Minutes without a change before it starts",
        min_value=QUIET[0],
        max_value=QUIET[1],
        help_text="In a workspace that never becomes quiet it starts after twelve times as long.",
    )

    def __init__(self, data: Any, *, webhook: Webhook | None) -> None:
        initial = {"captures": webhook.captures, "quiet_minutes": webhook.quiet_minutes} if webhook else {}
        super().__init__(data, initial=initial)
