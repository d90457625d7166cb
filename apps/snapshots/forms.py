from django import forms

from apps.snapshots.models import SnapshotState
from apps.workspaces.forms import WorkspaceChoiceFilter


class SnapshotFilterForm(forms.Form):
    """The filters of the list, also the parser of its address; the state is chosen by the saved views."""

    workspace = WorkspaceChoiceFilter()
    state = forms.ChoiceField(required=False, choices=[("", "All"), *SnapshotState.choices], widget=forms.HiddenInput)

    def wanted(self) -> tuple[str, str]:
        """(public id of the workspace, state); what the address says wrongly does not filter."""
        self.is_valid()
        return self.cleaned_data.get("workspace", ""), self.cleaned_data.get("state", "")
