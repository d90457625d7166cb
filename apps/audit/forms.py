"""The filter bar, and the forms that keep filters, ask for a file, and say where entries go and how long they stay."""

from datetime import date

from django import forms

from apps.audit.catalogue import CATALOGUE
from apps.audit.models import LogForm, Protocol
from apps.audit.retention import LONGEST, SHORTEST
from apps.audit.selectors import EntryFilter, actors
from apps.workspaces.forms import WorkspaceChoiceFilter


class EntryFilterForm(forms.Form):
    """The filter bar, also the parser of the address."""

    query = forms.CharField(required=False, max_length=120, label="Search", strip=True)
    event = forms.ChoiceField(required=False, label="Event")
    actor = forms.ChoiceField(required=False, label="Who")
    workspace = WorkspaceChoiceFilter()
    outcome = forms.ChoiceField(
        required=False,
        label="Outcome",
        choices=[("", "Any"), ("succeeded", "Succeeded"), ("refused", "Refused")],
    )
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))
    subject = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        told = [(name, event.sentence.replace(" {subject}", "")) for name, event in CATALOGUE.items()]
        self.fields["event"].choices = [("", "Any"), *told]  # type: ignore[attr-defined]
        self.fields["actor"].choices = [("", "Anyone"), *((name, name) for name in actors())]  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until == date.max:
            raise forms.ValidationError("There is no day after this one.")
        return until

    def wanted(self) -> EntryFilter:
        """The filter; fields with errors do not filter, and show their error."""
        self.is_valid()
        return EntryFilter(**{name: value for name, value in self.cleaned_data.items() if value})


class SaveFilterForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80, strip=True)
    shared = forms.BooleanField(label="Everybody who sees this log may use it", required=False)


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label="Format",
        choices=LogForm.choices,
        initial=LogForm.JSONL,
        widget=forms.RadioSelect,
        help_text="JSON Lines can be verified outside of NotionHub; CSV is for spreadsheets.",
    )


class RetentionForm(forms.Form):
    keep_days = forms.IntegerField(
        label="Days that entries are kept",
        required=False,
        min_value=SHORTEST,
        max_value=LONGEST,
        help_text="Empty keeps them for ever. What is let go of cannot be brought back; the chain stays provable.",
    )


class DestinationForm(forms.Form):
    """Makes a destination. The secret is kept sealed and never shown again."""

    name = forms.CharField(label="Name", max_length=120, strip=True)
    protocol = forms.ChoiceField(label="How", choices=Protocol.choices)
    address = forms.CharField(
        label="Address",
        max_length=400,
        strip=True,
        help_text="An https:// address, or host:port of a syslog server.",
    )
    secret = forms.CharField(
        label="Authorization",
        required=False,
        max_length=2_000,
        strip=True,
        help_text="The value of the Authorization header that an HTTPS collector asks for, such as “Bearer …”.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    from_start = forms.BooleanField(label="Also send the entries that are there already", required=False)
