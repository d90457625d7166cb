"""What is asked about members and invitations."""

import re

from django import forms

from apps.access.roles import Permission, Role
from apps.core.actor import Actor
from apps.organizations.credentials.forms import Ticks
from apps.organizations.models import Team

MOST_AT_ONCE = 20
WORDS = {
    Role.OWNER: "Owner: everything",
    Role.ADMIN: "Admin: everything but billing, sign-in and the end of the organization",
    Role.OPERATOR: "Operator: captures, exports, schedules",
    Role.VIEWER: "Viewer: looks and downloads",
    Role.AUDITOR: "Auditor: looks, reads the audit log",
    Role.BILLING: "Billing: bills, and no workspaces",
}


def role_choices(actor: Actor) -> list[tuple[str, str]]:
    """The roles that this actor can give: only owners make owners."""
    given = [role for role in Role if role is not Role.OWNER or actor.can(Permission.ORGANIZATION_TRANSFER)]
    return [(role.value, WORDS[role]) for role in given]


class MemberFilterForm(forms.Form):
    """The filter bar, also the parser of the address."""

    query = forms.CharField(required=False, max_length=120, label="Search", strip=True)
    role = forms.ChoiceField(
        required=False, label="Role", choices=[("", "Any"), *((r.value, r.capitalize()) for r in Role)]
    )
    team = forms.ChoiceField(required=False, label="Team")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        teams = Team.objects.order_by("name").values_list("public_id", "name")
        self.fields["team"].choices = [("", "Any"), *teams]  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["role"].choices = role_choices(actor)  # type: ignore[attr-defined]


class InviteForm(RoleForm):
    emails = forms.CharField(
        label="E-mail addresses",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=f"One or several, up to {MOST_AT_ONCE}. Each gets a link of its own.",
    )
    teams = forms.MultipleChoiceField(label="Teams", required=False, widget=Ticks)
    field_order = ("emails", "role", "teams")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["role"].initial = Role.VIEWER.value
        self.fields["teams"].choices = list(  # type: ignore[attr-defined]
            Team.objects.order_by("name").values_list("public_id", "name")
        )
        if not self.fields["teams"].choices:  # type: ignore[attr-defined]
            del self.fields["teams"]

    def clean_emails(self) -> list[str]:
        emails = list(dict.fromkeys(word.lower() for word in re.split(r"[\s,;]+", self.cleaned_data["emails"]) if word))
        if len(emails) > MOST_AT_ONCE:
            raise forms.ValidationError(f"These are {len(emails)} addresses; {MOST_AT_ONCE} go at once.")
        if not emails:
            raise forms.ValidationError("Give at least one address.")
        wrong = [email for email in emails if not _is_email(email)]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0][:80]}” is no e-mail address. Nothing was sent.")
        return emails


def _is_email(text: str) -> bool:
    try:
        forms.EmailField().clean(text)
    except forms.ValidationError:
        return False
    return True
