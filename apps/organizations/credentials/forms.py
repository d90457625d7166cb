"""The forms of credentials and service accounts. They offer what can be given, and say what is meant by nothing."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst

from apps.access.roles import ROLES, Permission, Role
from apps.organizations.credentials.accounts import Charter
from apps.organizations.credentials.limits import Limits
from apps.organizations.credentials.selectors import workspaces_by_key
from apps.organizations.models import Credential, CredentialKind, ServiceAccount

ALL, SOME = "all", "some"
DAYS = (7, 30, 90, 180, 365)
GRACES = ((0, "at once"), (1, "for an hour"), (24, "for a day"), (72, "for three days"), (168, "for a week"))


class Ticks(forms.CheckboxSelectMultiple):
    template_name = "credentials/ticks.html"


class LimitsForm(forms.Form):
    """Which part of its owner's rights, where, and from which addresses."""

    name = forms.CharField(max_length=120, label="Name", help_text="What will use it, such as “Nightly backup script”.")
    may = forms.ChoiceField(label="It may", widget=forms.RadioSelect, initial=ALL)
    permissions = forms.MultipleChoiceField(label="Permissions", widget=Ticks, required=False)
    where = forms.ChoiceField(
        label="In",
        widget=forms.RadioSelect,
        choices=[(ALL, "All workspaces, also later ones"), (SOME, "Only the workspaces ticked here")],
        initial=ALL,
    )
    workspaces = forms.MultipleChoiceField(label="Workspaces", widget=Ticks, required=False)
    networks = forms.CharField(
        label="Allowed networks",
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One in a line, such as 192.0.2.0/24 or 2001:db8::/32. Empty: from any address.",
    )

    everything = "All that I may do, as it changes"

    def __init__(self, held: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["may"].choices = [(ALL, self.everything), (SOME, "Only what is ticked here")]  # type: ignore[attr-defined]
        self.fields["permissions"].choices = [  # type: ignore[attr-defined]
            (permission.value, capfirst(permission.label)) for permission in Permission if permission in held
        ]
        self._keys = {row.public_id: key for key, row in workspaces_by_key().items()}
        self.fields["workspaces"].choices = [  # type: ignore[attr-defined]
            (row.public_id, row.name) for row in workspaces_by_key().values()
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("may") == SOME and not given.get("permissions") and "permissions" in self.fields:
            self.add_error("permissions", "Tick at least one permission.")
        if given.get("where") == SOME and not given.get("workspaces"):
            self.add_error("workspaces", "Tick at least one workspace.")
        return given

    def limits(self) -> Limits:
        given = self.cleaned_data
        named = frozenset(map(Permission, given["permissions"])) if given["may"] == SOME else None
        days = given.get("days")
        return Limits(
            named,
            self.workspace_ids(),
            tuple(line.strip() for line in given["networks"].splitlines() if line.strip()),
            timezone.now() + timedelta(days=days) if days else None,
        )

    def workspace_ids(self) -> frozenset[int] | None:
        given = self.cleaned_data
        return frozenset(self._keys[name] for name in given["workspaces"]) if given["where"] == SOME else None


def lifetimes() -> list[tuple[int, str]]:
    """What can be chosen: up to what this installation allows."""
    most = settings.TOKEN_MAX_DAYS or max(DAYS)
    days = sorted({*(number for number in DAYS if number <= most), min(settings.TOKEN_DAYS, most)})
    return [(number, "in a year" if number == 365 else f"in {number} days") for number in days]


class OnceForm(LimitsForm):
    """Makes something whose secret is shown once, so that each form is good for one only."""

    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    days = forms.TypedChoiceField(label="Expires", coerce=int)
    field_order = ("name", "kind", "days", "may", "permissions", "where", "workspaces", "networks", "once")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = lifetimes()  # type: ignore[attr-defined]
        self.fields["days"].initial = min(settings.TOKEN_DAYS, settings.TOKEN_MAX_DAYS or settings.TOKEN_DAYS)


class CredentialForm(OnceForm):
    """Of a service account."""

    kind = forms.ChoiceField(
        label="Kind",
        widget=forms.RadioSelect,
        choices=[
            (CredentialKind.TOKEN, "Token: sent as it is with each request"),
            (CredentialKind.CLIENT, "OAuth client: fetches access tokens that live for minutes"),
        ],
        initial=CredentialKind.TOKEN,
    )
    everything = "All that the service account may do, as it changes"


class RotationForm(forms.Form):
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    grace = forms.TypedChoiceField(label="The old secret goes on", coerce=int, choices=GRACES)
    days = forms.TypedChoiceField(label="The new one expires", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = lifetimes()  # type: ignore[attr-defined]
        self.fields["days"].initial = min(settings.TOKEN_DAYS, settings.TOKEN_MAX_DAYS or settings.TOKEN_DAYS)
        self.fields["grace"].initial = settings.TOKEN_GRACE // timedelta(hours=1)


class AccountForm(LimitsForm):
    """A service account: a role, or permissions one by one."""

    note = forms.CharField(
        label="Note", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Who runs it, where, and whom to ask.",
    )  # fmt: skip
    role = forms.ChoiceField(label="It may", choices=[], initial=Role.VIEWER)
    field_order = ("name", "note", "role", "permissions", "where", "workspaces")

    def __init__(self, held: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(held, *args, **kwargs)
        del self.fields["may"], self.fields["networks"]
        self.fields["name"].help_text = "The program, such as “Data warehouse” or “CI”."
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            *((role.value, f"What the role {role} may do") for role in roles_within(held)),
            (SOME, "Only what is ticked here"),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("role") == SOME and not given.get("permissions"):
            self.add_error("permissions", "Tick at least one permission, or choose a role.")
        return given

    def charter(self) -> Charter:
        given = self.cleaned_data
        role = None if given["role"] == SOME else Role(given["role"])
        named = frozenset() if role else frozenset(map(Permission, given["permissions"]))
        return Charter(given["name"], given["note"], role, named, self.workspace_ids())


def roles_within(held: Collection[str]) -> list[Role]:
    """The roles that hold no more than this."""
    return [role for role in Role if ROLES[role] <= frozenset(held)]


def as_it_is(row: Credential | ServiceAccount) -> Mapping[str, Any]:
    """What a form to change it begins with."""
    known = workspaces_by_key()
    named = [known[key].public_id for key in row.workspace_ids or () if key in known]
    begins = {
        "name": row.name,
        "permissions": row.permissions or [],
        "where": ALL if row.workspace_ids is None else SOME,
        "workspaces": named,
    }
    if isinstance(row, ServiceAccount):
        return begins | {"note": row.note, "role": row.role or SOME}
    return begins | {"may": ALL if row.permissions is None else SOME, "networks": "\n".join(row.networks)}
