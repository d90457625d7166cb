from django import forms

from apps.notion.versions import no_such_version
from apps.workspaces.models import Workspace, WorkspaceStatus
from apps.workspaces.versions import CHOICES


class TokenField(forms.CharField):
    """Notion's tokens are opaque: only their length and letters are checked here."""

    def __init__(self) -> None:
        super().__init__(
            label="Internal connection secret or personal access token",
            help_text="In Notion: Settings → Connections → your connection. It begins with “ntn_” or “secret_”.",
            min_length=20,
            max_length=300,
            strip=True,
            error_messages={
                "required": "Paste the token that Notion shows for the connection.",
                "min_length": "A token of Notion is longer than this. Copy it again, whole.",
                "max_length": "A token of Notion is shorter than this. Copy only the token.",
            },
            widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )

    def clean(self, value: object) -> str:
        token: str = super().clean(value)
        if not token.isascii() or not token.isprintable() or " " in token:
            raise forms.ValidationError("A token has no spaces or special characters. Copy it again, whole.")
        return token


class ConnectForm(forms.Form):
    """Connect by pasting a token."""

    token = TokenField()
    api_version = forms.ChoiceField(
        label="API version",
        required=False,
        choices=[("", "As usual"), *CHOICES],
        help_text="Choose one only if you need it. It can be changed later.",
        error_messages={"invalid_choice": no_such_version("%(value)s")},
    )


class RateForm(forms.Form):
    rate_limit = forms.IntegerField(
        label="Requests per window",
        min_value=1,
        max_value=100_000,
        help_text="Notion allows 180 in 60 s on Free and Plus, 600 on Business and Enterprise.",
    )


class VersionForm(forms.Form):
    api_version = forms.ChoiceField(
        label="API version",
        choices=CHOICES,
        help_text="The newest tells the most. Under 2022-06-28 there are no views and no templates, and databases with "
        "several data sources are not read.",
        error_messages={
            "invalid_choice": no_such_version("%(value)s"),
            "required": "Choose the version to read this workspace with.",
        },
    )


class WorkspaceFilterForm(forms.Form):
    query = forms.CharField(required=False, max_length=120, label="Find a workspace")
    status = forms.ChoiceField(
        required=False,
        label="Status",
        choices=[("", "Any"), *((word, word) for word in WorkspaceStatus.values)],
    )


def _workspace_choices() -> list[tuple[str, str]]:
    return [("", "Any"), *Workspace.objects.order_by("name", "id").values_list("public_id", "name")]


class WorkspaceChoiceFilter(forms.ChoiceField):
    """One workspace, by its public id, of a list that holds things of all of them."""

    def __init__(self) -> None:
        super().__init__(required=False, label="Workspace", choices=_workspace_choices)
