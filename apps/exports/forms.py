from typing import Any

from django import forms

from apps.exports.formats import FORMATS
from apps.exports.selectors import exportable_snapshots
from apps.snapshots.models import Snapshot

SHOWN_SNAPSHOTS = 200


class SnapshotChoice(forms.ModelChoiceField[Snapshot]):
    def label_from_instance(self, obj: Snapshot) -> str:
        return f"{obj.workspace.name}: snapshot {obj.number}, {obj.word.lower()}, {obj.created_at:%d %b %Y %H:%M} UTC"


class ExportForm(forms.Form):
    """What to make of which snapshot. An option of several formats is asked once."""

    snapshot = SnapshotChoice(queryset=None, to_field_name="public_id", label="Snapshot", empty_label=None)
    format = forms.ChoiceField(
        label="Format",
        widget=forms.RadioSelect,
        choices=[(form.key, form.label) for form in FORMATS.values()],
        initial="markdown",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = [snapshot.pk for snapshot in exportable_snapshots()[:SHOWN_SNAPSHOTS]]
        self.fields["snapshot"].queryset = exportable_snapshots().filter(pk__in=newest)  # type: ignore[attr-defined]
        for option in self.options().values():
            self.fields[f"option_{option.key}"] = forms.BooleanField(
                label=option.label, help_text=option.help, required=False, initial=option.default
            )

    @staticmethod
    def options() -> dict[str, Any]:
        return {option.key: option for form in FORMATS.values() for option in form.options if not option.choices}

    def chosen_options(self) -> dict[str, bool]:
        """The options that the chosen format knows."""
        known = FORMATS[self.cleaned_data["format"]].options
        return {option.key: self.cleaned_data[f"option_{option.key}"] for option in known if not option.choices}
