from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from pydantic import SecretStr

from apps.workspaces.forms import TokenField
from apps.workspaces.keys.services import MOST_GRACE
from apps.workspaces.models import Workspace
from apps.workspaces.rotations.selectors import refreshable
from apps.workspaces.rotations.services import MOST, NewKey


class Unrepeated(forms.Textarea):
    """What was typed into it is not sent back: it opens something."""

    def format_value(self, value: object) -> str:
        return ""


class KeysField(forms.CharField):
    """One key a line, with its last day behind a comma if it has one."""

    def clean(self, value: object) -> list[NewKey]:
        text: str = super().clean(value)
        found = list(self._keys(text))
        if len(found) > MOST:
            raise forms.ValidationError(f"At most {MOST} keys at once.")
        return found

    def _keys(self, text: str) -> Iterator[NewKey]:
        check = TokenField()
        for number, line in enumerate(text.splitlines(), start=1):
            token, _, day = (part.strip() for part in line.partition(","))
            if not token:
                continue
            try:
                yield NewKey(SecretStr(check.clean(token)), _end_of(day))
            except (forms.ValidationError, ValueError) as error:
                told = error.messages[0] if isinstance(error, forms.ValidationError) else "The day reads 2027-01-31."
                raise forms.ValidationError(f"Line {number}: {told}") from error


def _end_of(day: str) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time(23, 59), ZoneInfo("UTC")) if day else None


class ManyKeysForm(forms.Form):
    keys = KeysField(
        label="New keys, one a line",
        help_text="Notion is asked which workspace each belongs to. If a key has an end, write it behind a comma: "
        "ntn_…, 2027-01-31",
        max_length=200_000,
        error_messages={"required": "Paste at least one key."},
        widget=Unrepeated(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )
    grace_days = forms.IntegerField(
        label="Days of grace",
        min_value=0,
        max_value=MOST_GRACE,
        help_text="So long the old keys stay here, to go back to.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("initial", {"grace_days": settings.KEY_GRACE_DAYS})
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class RefreshManyForm(forms.Form):
    refresh = forms.ModelMultipleChoiceField(
        queryset=Workspace.objects.none(),
        to_field_name="public_id",
        label="Workspaces",
        error_messages={"required": "Choose at least one workspace."},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["refresh"].queryset = refreshable()  # type: ignore[attr-defined]
