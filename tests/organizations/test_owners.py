"""The last owner cannot be lost, and admins neither make nor unmake owners."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import ProtectedError

from apps.access.roles import ROLES, Permission, Role
from apps.core.actor import Actor
from apps.core.errors import Conflicting, Forbidden, NotionHubError, SignInAgain
from apps.core.tenancy import scope
from apps.organizations.models import Credential, Membership, Team, TeamMember
from apps.organizations.services import change_role, leave, remove_member, transfer_ownership
from tests.factories.tenants import Tenant

pytestmark = pytest.mark.django_db


def membership(tenant: Tenant, role: Role, name: str = "") -> Membership:
    user = tenant.member(role, name)
    with scope(tenant.organization.pk):
        return Membership.objects.select_related("user").get(user=user)


def acting(tenant: Tenant, role: Role, name: str = "") -> Actor:
    user = tenant.member(role, name)
    return replace(tenant.actor(role), id=user.pk, label=str(user), ref=user.public_id)


def owners(tenant: Tenant) -> int:
    with scope(tenant.organization.pk):
        return Membership.objects.filter(role=Role.OWNER).count()


def test_the_last_owner_stays_whatever_is_tried(acme: Tenant) -> None:
    only, owner = membership(acme, Role.OWNER), acting(acme, Role.OWNER)
    with scope(acme.organization.pk):
        for attempt in (
            lambda: change_role(only, Role.ADMIN, actor=owner),
            lambda: remove_member(only, actor=owner),
            lambda: leave(only, actor=owner),
        ):
            with pytest.raises(Conflicting, match="only owner"):
                attempt()
        with pytest.raises(ProtectedError):
            only.user.delete()
    assert owners(acme) == 1


def test_an_owner_who_is_switched_off_does_not_count(acme: Tenant) -> None:
    only, other = membership(acme, Role.OWNER), membership(acme, Role.OWNER, "second")
    other.user.is_active = False
    other.user.save()
    with scope(acme.organization.pk), pytest.raises(Conflicting):
        leave(only, actor=acting(acme, Role.OWNER))


def test_with_a_second_owner_the_first_may_go(acme: Tenant) -> None:
    only = membership(acme, Role.OWNER)
    membership(acme, Role.OWNER, "second")
    with scope(acme.organization.pk):
        leave(only, actor=acting(acme, Role.OWNER))
    assert owners(acme) == 1


def test_an_admin_makes_and_unmakes_no_owner(acme: Tenant) -> None:
    membership(acme, Role.OWNER, "second")
    admin, viewer, owner = acting(acme, Role.ADMIN), membership(acme, Role.VIEWER), membership(acme, Role.OWNER)
    with scope(acme.organization.pk):
        for attempt in (
            lambda: change_role(viewer, Role.OWNER, actor=admin),
            lambda: change_role(owner, Role.VIEWER, actor=admin),
            lambda: remove_member(owner, actor=admin),
        ):
            with pytest.raises(Forbidden):
                attempt()
        change_role(viewer, Role.BILLING, actor=admin)
        assert viewer.role == Role.BILLING
    assert owners(acme) == 2


def test_making_an_owner_takes_a_fresh_sign_in(acme: Tenant) -> None:
    stale, viewer = replace(acting(acme, Role.OWNER), fresh=False), membership(acme, Role.VIEWER)
    with scope(acme.organization.pk):
        with pytest.raises(SignInAgain):
            change_role(viewer, Role.OWNER, actor=stale)
        change_role(viewer, Role.OPERATOR, actor=stale)


def test_a_key_gives_no_role_that_may_do_more_than_itself(acme: Tenant) -> None:
    """A token for members alone must not be a way to the rest."""
    viewer = membership(acme, Role.VIEWER)
    narrow = replace(
        acting(acme, Role.ADMIN), permissions=ROLES[Role.VIEWER] | {Permission.MEMBER_UPDATE, Permission.MEMBER_ADD}
    )
    with scope(acme.organization.pk):
        with pytest.raises(Forbidden, match="cannot give the role admin"):
            change_role(viewer, Role.ADMIN, actor=narrow)
        change_role(viewer, Role.BILLING, actor=narrow)


def test_ownership_is_handed_over_in_one_step(acme: Tenant) -> None:
    own, heir = membership(acme, Role.OWNER), membership(acme, Role.OPERATOR)
    with scope(acme.organization.pk):
        with pytest.raises(SignInAgain):
            transfer_ownership(heir, own, actor=replace(acting(acme, Role.OWNER), fresh=False))
        transfer_ownership(heir, own, actor=acting(acme, Role.OWNER))
        with pytest.raises(Conflicting):
            transfer_ownership(heir, own, actor=acting(acme, Role.OWNER))
    assert (own.role, heir.role) == (Role.ADMIN, Role.OWNER)


def test_who_is_removed_keeps_no_key_and_no_place(acme: Tenant) -> None:
    api, browser = acme.api(Role.OPERATOR), acme.browser(Role.OPERATOR)
    gone = membership(acme, Role.OPERATOR)
    with scope(acme.organization.pk):
        TeamMember.objects.create(team=Team.objects.create(name="Clients"), membership=gone)
    assert api.get("/api/v1/o/acme/actor/").status_code == browser.get("/o/acme/").status_code == 200
    with scope(acme.organization.pk):
        remove_member(gone, actor=acting(acme, Role.ADMIN))
        assert not TeamMember.objects.exists()
        assert Credential.objects.filter(revoked_at=None, user=gone.user).count() == 0
    assert api.get("/api/v1/o/acme/actor/").status_code == 401
    assert browser.get("/o/acme/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_the_same_moment_do_not_both_get_away(acme: Tenant) -> None:
    people = [(membership(acme, Role.OWNER, name), acting(acme, Role.OWNER, name)) for name in ("", "second")]

    def go(one: tuple[Membership, Actor]) -> bool:
        try:
            with scope(acme.organization.pk):
                leave(one[0], actor=one[1])
        except NotionHubError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(go, people))
    assert sorted(left) == [False, True]
    assert owners(acme) == 1
