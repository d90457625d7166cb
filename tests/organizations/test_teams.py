"""Teams over the pages and the API, and what they let nobody do."""

from dataclasses import replace

import pytest

from apps.access.roles import IN_WORKSPACE, ROLES, Permission, Role
from apps.core.errors import Conflicting, Forbidden, Invalid
from apps.core.scopes import narrowed
from apps.core.tenancy import scope
from apps.organizations.models import Grant, Membership, Team, TeamMember
from apps.organizations.services import add_to_team, create_team, delete_team, set_grant
from apps.organizations.teams.selectors import access_to
from tests.factories.tenants import Tenant
from tests.organizations.test_standing import workspace

pytestmark = pytest.mark.django_db

JSON = "application/json"


def test_a_team_from_its_making_to_its_end_in_the_browser(acme: Tenant) -> None:
    home, member = workspace(acme, "Home"), acme.member(Role.VIEWER)
    browser = acme.browser(Role.ADMIN)
    at = browser.post("/o/acme/settings/teams/", {"name": "Clients"})["Location"]
    assert browser.post("/o/acme/settings/teams/", {"name": "Clients"}).status_code == 422
    browser.post(f"{at}members/add/", {"member": member.public_id})
    browser.post(f"{at}grants/set/", {"workspace": home.public_id, "role": "operator"})
    page = browser.get(at).content.decode()
    assert ("Home" in page, member.email in page) == (True, True)
    access = browser.get(f"/o/acme/workspaces/{home.public_id}/access/").content.decode()
    assert "Clients (operator)" in access
    browser.post(f"/o/acme/workspaces/{home.public_id}/access/", {"team": at.split("/")[-2], "role": "viewer"})
    with scope(acme.organization.pk):
        assert Grant.objects.get().role == "viewer"
    browser.post(f"{at}members/{member.public_id}/remove/")
    browser.post(f"/o/acme/workspaces/{home.public_id}/access/{at.split('/')[-2]}/remove/")
    with scope(acme.organization.pk):
        assert not TeamMember.objects.exists()
        assert not Grant.objects.exists()
    browser.post(at, {"name": "Partners"})
    assert "Partners" in browser.get("/o/acme/settings/teams/").content.decode()
    browser.post(f"{at}delete/")
    with scope(acme.organization.pk):
        assert not Team.objects.exists()


def test_a_team_over_the_api(acme: Tenant) -> None:
    home, member, api = workspace(acme, "Home"), acme.member(Role.VIEWER), acme.api(Role.ADMIN)
    team = api.post("/api/v1/o/acme/teams/", {"name": "Clients"}, content_type=JSON).json()
    at = f"/api/v1/o/acme/teams/{team['id']}/"
    assert api.post(f"{at}members/", {"member": member.public_id}, content_type=JSON).status_code == 201
    assert api.post(f"{at}members/", {"member": member.public_id}, content_type=JSON).status_code == 409
    assert api.post(f"{at}members/", {"member": "usr_nobody"}, content_type=JSON).status_code == 404
    given = api.post(f"{at}grants/", {"workspace": home.public_id, "role": "operator"}, content_type=JSON)
    assert given.json() == {"workspace": home.public_id, "name": "Home", "team": team["id"], "role": "operator"}
    assert (
        api.post(f"{at}grants/", {"workspace": home.public_id, "role": "owner"}, content_type=JSON).status_code == 422
    )
    rows = api.get(f"/api/v1/o/acme/workspaces/{home.public_id}/access/").json()["results"]
    found = {row["id"]: row for row in rows}
    assert found[member.public_id]["role"] == "operator"
    assert found[member.public_id]["teams"][0]["name"] == "Clients"
    assert api.delete(f"{at}grants/{home.public_id}/").status_code == 204
    assert api.delete(f"{at}grants/{home.public_id}/").status_code == 404
    assert api.delete(f"{at}members/{member.public_id}/").status_code == 204
    assert api.patch(at, {"name": "Partners"}, content_type=JSON).json()["name"] == "Partners"
    assert api.delete(at).status_code == 204
    assert api.get(at).status_code == 404


def test_only_roles_that_make_sense_in_one_workspace_can_be_given(acme: Tenant) -> None:
    home = workspace(acme, "Home")
    with scope(acme.organization.pk):
        team = create_team("Clients", actor=acme.system)
        for role in (Role.OWNER, Role.AUDITOR, Role.BILLING):
            with pytest.raises(Invalid):
                set_grant(team, home, role, actor=acme.system)


def test_nobody_hands_on_more_than_they_have_themselves(acme: Tenant) -> None:
    """A key that may manage teams, and look, is no way to operate."""
    home, member = workspace(acme, "Home"), acme.member(Role.VIEWER)
    narrow = replace(acme.actor(Role.ADMIN), permissions=ROLES[Role.VIEWER] | {Permission.TEAM_MANAGE})
    with scope(acme.organization.pk):
        membership = Membership.objects.get(user=member)
        team, strong = create_team("Clients", actor=narrow), create_team("Strong", actor=acme.system)
        set_grant(team, home, Role.VIEWER, actor=narrow)
        set_grant(strong, home, Role.OPERATOR, actor=acme.system)
        with pytest.raises(Forbidden, match="cannot give the role operator"):
            set_grant(team, home, Role.OPERATOR, actor=narrow)
        with pytest.raises(Forbidden):
            add_to_team(strong, membership, actor=narrow)
        add_to_team(team, membership, actor=narrow)
        with pytest.raises(Conflicting):
            add_to_team(team, membership, actor=narrow)


def test_a_key_for_one_workspace_touches_no_team_whose_other_workspaces_it_does_not_see(acme: Tenant) -> None:
    home, other = workspace(acme, "Home"), workspace(acme, "Other")
    admin = acme.actor(Role.ADMIN)
    seen = frozenset({home.pk})
    limited = replace(admin, permissions=admin.permissions - IN_WORKSPACE, grants={home.pk: IN_WORKSPACE}, sees=seen)
    with scope(acme.organization.pk):
        team = create_team("Clients", actor=acme.system)
        set_grant(team, other, Role.OPERATOR, actor=acme.system)
        membership = Membership.objects.get(user=acme.member(Role.VIEWER))
        with narrowed(seen):
            for attempt in (
                lambda: add_to_team(team, membership, actor=limited),
                lambda: delete_team(team, actor=limited),
            ):
                with pytest.raises(Forbidden, match="limited to some workspaces"):
                    attempt()
        assert Team.objects.exists()


def test_access_names_the_role_that_says_most(acme: Tenant) -> None:
    home = workspace(acme, "Home")
    with scope(acme.organization.pk):
        team = create_team("Clients", actor=acme.system)
        set_grant(team, home, Role.OPERATOR, actor=acme.system)
        for role in (Role.VIEWER, Role.BILLING, Role.ADMIN):
            add_to_team(team, Membership.objects.get(user=acme.member(role)), actor=acme.system)
        acme.member(Role.BILLING, "accounts")
        found = {one.membership.role: (one.role, one.by_role) for one in access_to(home)}
    assert found == {
        "owner": ("owner", True),
        "viewer": ("operator", True),
        "billing": ("operator", False),
        "admin": ("admin", True),
    }
