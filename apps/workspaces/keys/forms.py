from datetime import datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings

from apps.workspaces.forms import TokenField
from apps.workspaces.keys.services import MOST_GRACE, Promotion


class ExpiryForm(forms.Form):
    """Until when a key is good."""

    expires_on = forms.DateField(
        label="Expires on",
        required=False,
        help_text="As Notion shows it where the token was made. Leave it empty for a token without an end.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def expires_at(self) -> datetime | None:
        """The end of that day."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time(23, 59), ZoneInfo("UTC")) if day else None


class AddKeyForm(ExpiryForm):
    """The next key of a workspace, pasted."""

    token = TokenField()
    field_order = ("token", "expires_on")


class PromoteForm(forms.Form):
    """``lossy`` adds the tick and the reason that losses take."""

    grace_days = forms.IntegerField(
        label="Days of grace",
        min_value=0,
        max_value=MOST_GRACE,
        help_text="So long the old key stays here, to go back to with one click. Then it is wiped.",
    )
    despite = forms.BooleanField(
        label="Promote it although this is lost",
        error_messages={"required": "Tick this to accept the losses, or mend them in Notion and check again."},
    )
    because = forms.CharField(
        label="Why that is right",
        max_length=400,
        help_text="It goes to the audit log.",
        error_messages={"required": "Say why the losses are right: the reason goes to the audit log."},
    )

    def __init__(self, *args: object, lossy: bool, **kwargs: object) -> None:
        kwargs.setdefault("initial", {"grace_days": settings.KEY_GRACE_DAYS})
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not lossy:
            del self.fields["despite"], self.fields["because"]

    def promotion(self) -> Promotion:
        given = self.cleaned_data
        return Promotion(True, given.get("despite", False), given.get("because", ""), given["grace_days"])


class RevokeForm(forms.Form):
    because = forms.CharField(
        label="What happened",
        max_length=400,
        help_text="It goes to the audit log.",
        error_messages={"required": "Say what happened: the reason goes to the audit log."},
    )
