"""What is asked about teams."""

from django import forms

from apps.access.roles import GRANTABLE
from apps.organizations.models import Grant, Team
from apps.organizations.teams import selectors

GRANT_CHOICES = [(role.value, role.value.capitalize()) for role in GRANTABLE]


class TeamFilterForm(forms.Form):
    query = forms.CharField(required=False, max_length=120, label="Search", strip=True)


class TeamForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))


class PlaceForm(forms.Form):
    """A new member of the team."""

    member = forms.ChoiceField(label="Member")

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = [(one.user.public_id, f"{one.user.name} · {one.user.email}") for one in selectors.others(team)]
        self.fields["member"].choices = known  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """A workspace and the role that the team has there from now on."""

    workspace = forms.ChoiceField(label="Workspace")
    role = forms.ChoiceField(label="Role", choices=GRANT_CHOICES, initial=GRANT_CHOICES[-1][0])

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        held = dict(Grant.objects.filter(team=team).values_list("workspace_id", "role"))
        self.fields["workspace"].choices = [  # type: ignore[attr-defined]
            (one.public_id, f"{one} (now {held[one.pk]})" if one.pk in held else str(one))
            for one in selectors.workspaces()
        ]


class TeamRoleForm(forms.Form):
    """A team and the role that it has in one workspace from now on."""

    team = forms.ChoiceField(label="Team")
    role = forms.ChoiceField(label="Role", choices=GRANT_CHOICES, initial=GRANT_CHOICES[-1][0])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["team"].choices = list(  # type: ignore[attr-defined]
            Team.objects.order_by("name").values_list("public_id", "name")
        )
