"""What is no longer reachable is named, raises an alert, and stays one until somebody accepts it or it is back."""

import pytest
from django.urls import reverse

from apps.access.roles import Role
from apps.core.errors import Conflicting, Forbidden
from apps.jobs.models import JobEvent
from apps.sandbox.world.objects import Page
from apps.sandbox.world.tree import ancestry
from apps.snapshots.capture import endings
from apps.snapshots.models import LostObject, SnapshotState, Unmet
from apps.snapshots.services import accept_losses
from apps.workspaces.models import WorkspaceStatus
from apps.workspaces.services import access_lost, access_proven
from tests.snapshots.editing import FULL, a_page, assert_like_a_full_sweep, in_the_past
from tests.snapshots.studio import Studio, assert_equals_the_truth
from tests.snapshots.wrapping import Wrapped, not_found

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(studio: Studio) -> Studio:
    return in_the_past(studio)


def a_root(studio: Studio) -> Page:
    """A page at the top with others below it."""
    world = studio.sandbox.world
    shared = studio.sandbox.tokens[studio.sandbox.token].shared
    roots = [world.pages[each] for each in shared if each in world.pages]
    return max(roots, key=lambda page: len(below(studio, page)))


def below(studio: Studio, page: Page) -> set[str]:
    truth = studio.sandbox.expected(content=False)
    world = studio.sandbox.world
    things = [*(world.pages[each] for each in truth["pages"] | truth["rows"] | truth["templates"])]
    inside = {thing.id for thing in things if thing is not page and page in ancestry(thing)}
    for each in truth["databases"]:
        if page in ancestry(world.databases[each]):
            inside |= {each, *(source.id for source in world.databases[each].data_sources if not source.in_trash)}
    return inside


def unshare(studio: Studio, page: Page) -> None:
    studio.sandbox.tokens[studio.sandbox.token].shared.discard(page.id)
    studio.sandbox.world.revision += 1


def share(studio: Studio, page: Page) -> None:
    studio.sandbox.tokens[studio.sandbox.token].shared.add(page.id)
    studio.sandbox.world.revision += 1


def test_an_unshared_page_raises_an_alert_with_all_below_it_counted_and_asked_for_once(studio: Studio) -> None:
    studio.capture()
    page = a_root(studio)
    inside = below(studio, page)
    unshare(studio, page)
    studio.sandbox.calls.clear()
    second = studio.capture()
    lost = LostObject.objects.get()
    gap = Unmet.objects.get(snapshot=second, reason="no_longer_reachable")
    assert second.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, second, unmet=[page.id])
    assert (str(gap.object), gap.title, gap.outcome) == (page.id, page.title, "skipped")
    assert (str(lost.object), lost.number, lost.held_no, lost.below) == (page.id, 2, 1, len(inside))
    elsewhere = len(studio.sandbox.expected()["templates"])
    assert studio.sandbox.calls["GET /v1/pages/{page_id}"] == 1 + elsewhere, "what lies below it is not asked for"
    studio.workspace.refresh_from_db()
    sentence = (
        f"1 page or database and {len(inside)} below it that snapshot 1 held are no longer reachable: unshared in "
        "Notion, or deleted for good. Share them again, or accept it."
    )
    assert (studio.workspace.status, studio.workspace.status_reason) == (WorkspaceStatus.REDUCED, sentence)
    assert JobEvent.objects.filter(level="warning", message=sentence).exists()
    assert_like_a_full_sweep(studio, second)


def test_a_full_sweep_finds_it_as_well(studio: Studio) -> None:
    studio.capture()
    page = a_root(studio)
    unshare(studio, page)
    second = studio.capture(FULL)
    assert str(LostObject.objects.get().object) == page.id
    assert second.state == SnapshotState.COMPLETE


def test_the_alert_stays_until_all_of_it_is_met_again(studio: Studio) -> None:
    studio.capture()
    page = a_root(studio)
    unshare(studio, page)
    studio.capture()
    studio.capture()
    studio.workspace.refresh_from_db()
    assert studio.workspace.status == WorkspaceStatus.REDUCED
    share(studio, page)
    back = studio.capture()
    studio.workspace.refresh_from_db()
    assert (studio.workspace.status, studio.workspace.status_reason) == (WorkspaceStatus.HEALTHY, "")
    assert not LostObject.objects.exists()
    assert_like_a_full_sweep(studio, back)


def test_a_person_may_accept_it(studio: Studio) -> None:
    studio.capture()
    unshare(studio, a_root(studio))
    studio.capture()
    with pytest.raises(Forbidden):
        accept_losses(studio.workspace, actor=studio.tenant.actor(Role.VIEWER))
    workspace = accept_losses(studio.workspace, actor=studio.tenant.actor(Role.OPERATOR))
    assert (workspace.status, workspace.status_reason) == (WorkspaceStatus.HEALTHY, "")
    with pytest.raises(Conflicting, match="Nothing was changed"):
        accept_losses(workspace, actor=studio.tenant.actor(Role.OPERATOR))
    studio.capture()
    workspace.refresh_from_db()
    assert workspace.status == WorkspaceStatus.HEALTHY, "it is not told a second time"


def test_a_key_that_is_refused_weighs_more_and_hides_it_only(studio: Studio) -> None:
    studio.capture()
    unshare(studio, a_root(studio))
    studio.capture()
    access_lost(studio.workspace, "The key was revoked.")
    studio.workspace.refresh_from_db()
    assert studio.workspace.status == WorkspaceStatus.ACCESS_LOST
    access_proven(studio.workspace)
    studio.workspace.refresh_from_db()
    assert studio.workspace.status == WorkspaceStatus.REDUCED


def test_what_lies_in_the_trash_is_no_loss_of_access(studio: Studio) -> None:
    studio.capture()
    page = a_page(studio)
    studio.sandbox.edit.trash(page.id)
    second = studio.capture()
    assert Unmet.objects.filter(snapshot=second, object=page.id, reason="trashed").exists()
    assert not LostObject.objects.exists()


def test_a_page_that_its_parent_shows_and_nobody_may_read_leaves_the_snapshot_complete(studio: Studio) -> None:
    page = a_page(studio)
    studio.capture()
    restricted = Wrapped(studio.sandbox)
    restricted.answer(f"/v1/(pages/{page.id}|blocks/{page.id}/)", not_found())
    restricted.answer("/v1/search", lambda raw: raw | {"results": [r for r in raw["results"] if r["id"] != page.id]})
    studio.sandbox.app = restricted
    full = studio.capture(FULL)
    assert full.state == SnapshotState.COMPLETE
    assert Unmet.objects.get(snapshot=full, object=page.id).reason == "not_shared"
    assert [str(lost.object) for lost in LostObject.objects.all()] == [page.id]
    again = studio.capture()
    assert again.state == SnapshotState.COMPLETE
    assert Unmet.objects.get(snapshot=again, object=page.id).reason == "not_shared"
    restricted.forget()
    back = studio.capture()
    assert not Unmet.objects.filter(snapshot=back, object=page.id).exists()
    assert not LostObject.objects.exists()
    assert_like_a_full_sweep(studio, back)


def test_home_and_the_workspace_tell_of_it_and_offer_to_accept(studio: Studio) -> None:
    studio.capture()
    page = a_root(studio)
    unshare(studio, page)
    second = studio.capture()
    slug = studio.tenant.organization.slug
    client = studio.tenant.browser(Role.OPERATOR)
    home = client.get(reverse("dashboard:home", args=[slug])).content.decode()
    assert "less is reachable than before" in home
    address = reverse("workspaces:detail", args=[slug, studio.workspace.public_id])
    detail = client.get(address).content.decode()
    assert "no longer reachable" in detail
    assert reverse("snapshots:detail", args=[slug, second.public_id]) in detail
    shot = client.get(reverse("snapshots:detail", args=[slug, second.public_id])).content.decode()
    assert "No longer reachable" in shot
    assert str(page.title) in shot
    accepted = client.post(reverse("workspaces:accept", args=[slug, studio.workspace.public_id]), follow=True)
    assert "Accepted." in accepted.content.decode()
    assert "no longer reachable" not in client.get(address).content.decode()


def test_a_snapshot_that_is_taken_back_has_found_nothing(studio: Studio) -> None:
    studio.capture()
    unshare(studio, a_root(studio))
    second = studio.capture()
    assert LostObject.objects.filter(number=second.number).exists()
    endings.take_back(second, SnapshotState.CANCELLED)
    assert not LostObject.objects.exists()
    studio.workspace.refresh_from_db()
    assert studio.workspace.status == WorkspaceStatus.HEALTHY
