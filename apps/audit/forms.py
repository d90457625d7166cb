from datetime import date

from django import forms

from apps.audit.catalogue import CATALOGUE
from apps.audit.selectors import EntryFilter, actors


class EntryFilterForm(forms.Form):
    """The filter bar, also the parser of the address."""

    query = forms.CharField(required=False, max_length=120, label="Search", strip=True)
    event = forms.ChoiceField(required=False, label="Event")
    actor = forms.ChoiceField(required=False, label="Who")
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
