"""From one key to the next: proven, promoted, gone back to, retired."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.audit.models import AuditEntry
from apps.core.errors import Conflicting, Invalid
from apps.jobs.models import Job
from apps.keys.models import Secret
from apps.sandbox import Sandbox
from apps.sandbox.access import CAPABILITIES, READ_COMMENTS
from apps.workspaces.keys.proof import Verdict
from apps.workspaces.keys.services import (
    Promotion,
    check_key,
    discard_key,
    promote_key,
    restore_key,
    retire_key,
    revoke_key,
)
from apps.workspaces.models import WorkspaceKey
from tests.factories.tenants import Tenant
from tests.jobs.pending import run_pending
from tests.workspaces.keys.connected import Connected

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studio(inside_acme: Tenant, sandbox: Sandbox) -> Connected:
    return Connected.by_token(inside_acme, sandbox)


def test_a_key_that_reaches_the_same_is_promoted_and_the_old_one_stays_for_its_grace(studio: Connected) -> None:
    token = studio.another_token()
    key = studio.add(token)
    assert (key.number, key.word, studio.proof(2).verdict) == (2, "Pending", Verdict.SAME)
    assert studio.token_in_use() == studio.sandbox.token
    promote_key(key, grace_days=3, actor=studio.tenant.system)
    assert studio.token_in_use() == token
    old = studio.key(1)
    assert old.word == "Retiring"
    assert old.retires_at is not None
    assert timedelta(days=2) < old.retires_at - timezone.now() <= timedelta(days=3)
    assert Secret.objects.count() == 2
    entry = AuditEntry.objects.get(event="key.promoted")
    assert (entry.before["state"], entry.after["state"]) == ("pending", "active")
    assert token not in str(entry.before) + str(entry.after)


def test_going_back_makes_the_old_key_the_one_in_use_again(studio: Connected) -> None:
    promote_key(studio.add(studio.another_token()), actor=studio.tenant.system)
    restore_key(studio.key(1), actor=studio.tenant.system)
    assert studio.token_in_use() == studio.sandbox.token
    assert (studio.key(1).word, studio.key(2).word) == ("Active", "Retiring")


def test_what_would_be_lost_is_named_and_promoting_takes_a_tick_and_a_reason(studio: Connected) -> None:
    lost = next(iter(studio.sandbox.world.shared_by_default()))
    key = studio.add(studio.another_token(without={lost.id}))
    proof = studio.proof(2)
    assert proof.verdict is Verdict.LESS
    assert [root.id for root in proof.lost] == [lost.id]
    assert (proof.expected - proof.reached, proof.old) == (1, 1)
    with pytest.raises(Conflicting, match="Would lose 1 of"):
        promote_key(key, actor=studio.tenant.system)
    with pytest.raises(Invalid, match="Say why"):
        promote_key(key, despite=True, because=" ", actor=studio.tenant.system)
    promote_key(key, despite=True, because="The board has its own workspace", actor=studio.tenant.system)
    assert studio.key(2).despite == "The board has its own workspace"
    assert AuditEntry.objects.get(event="key.promoted").reason == "The board has its own workspace"


def test_an_ability_that_the_new_connection_lacks_counts_as_a_loss(studio: Connected) -> None:
    studio.add(studio.another_token(capabilities=CAPABILITIES - {READ_COMMENTS}))
    proof = studio.proof(2)
    assert proof.verdict is Verdict.LESS
    assert [ability.name for ability in proof.losses] == ["Read comments"]


def test_what_the_old_key_no_longer_reaches_either_is_no_loss(studio: Connected) -> None:
    gone = next(iter(studio.sandbox.world.shared_by_default()))
    token = studio.another_token(without={gone.id})
    connection = studio.sandbox.tokens[studio.sandbox.token]
    connection.shared = connection.shared - {gone.id}
    studio.add(token)
    assert studio.proof(2).verdict is Verdict.SAME


def test_one_call_adds_proves_and_promotes(studio: Connected) -> None:
    token = studio.another_token()
    assert studio.add(token, Promotion(at_once=True)).word == "Active"
    assert studio.token_in_use() == token


def test_one_call_that_would_lose_something_leaves_the_old_key_in_use_and_says_what(studio: Connected) -> None:
    lost = next(iter(studio.sandbox.world.shared_by_default()))
    key = studio.add(studio.another_token(without={lost.id}), Promotion(at_once=True))
    job = Job.objects.get(unique_key=key.public_id)
    assert (key.word, job.word) == ("Pending", "Failed")
    assert "Would lose 1 of" in job.error
    assert studio.token_in_use() == studio.sandbox.token


def test_a_key_of_another_workspace_is_not_even_stored(studio: Connected) -> None:
    other = Sandbox.generate(pages=5, seed=99)
    studio.sandbox.service.worlds.append(other.world)
    token = studio.sandbox.issue_token(world=other.world)
    with pytest.raises(Conflicting, match="opens another workspace"):
        studio.add(token)
    assert WorkspaceKey.objects.count() == Secret.objects.count() == 1


def test_the_key_in_use_cannot_be_added_again_and_only_one_waits(studio: Connected) -> None:
    with pytest.raises(Conflicting, match="kept here already"):
        studio.add(studio.sandbox.token)
    studio.add(studio.another_token())
    with pytest.raises(Conflicting, match="Key 2 waits"):
        studio.add(studio.another_token())


def test_a_key_that_was_not_checked_or_checked_against_another_is_not_promoted(studio: Connected) -> None:
    key = studio.add(studio.another_token())
    WorkspaceKey.objects.filter(pk=key.pk).update(proof={})
    with pytest.raises(Conflicting, match="has not been checked"):
        promote_key(studio.key(2), actor=studio.tenant.system)
    check_key(studio.key(2), actor=studio.tenant.system)
    run_pending()
    WorkspaceKey.objects.filter(pk=key.pk).update(proof={**studio.key(2).proof, "old": 7})
    with pytest.raises(Conflicting, match="outdated"):
        promote_key(studio.key(2), actor=studio.tenant.system)


def test_a_discarded_key_is_wiped_and_makes_room_for_another(studio: Connected) -> None:
    discard_key(studio.add(studio.another_token()), actor=studio.tenant.system)
    assert studio.key(2).word == "Retired"
    assert Secret.objects.count() == 1
    assert studio.add(studio.another_token()).number == 3


def test_a_retired_key_is_wiped_and_cannot_be_gone_back_to(studio: Connected) -> None:
    promote_key(studio.add(studio.another_token()), actor=studio.tenant.system)
    with pytest.raises(Conflicting):
        retire_key(studio.key(2), actor=studio.tenant.system)
    retire_key(studio.key(1), actor=studio.tenant.system)
    assert Secret.objects.count() == 1
    assert "Delete it in Notion" in studio.key(1).at_notion
    with pytest.raises(Conflicting):
        restore_key(studio.key(1), actor=studio.tenant.system)


def test_revoking_the_key_in_use_says_so_and_a_new_key_mends_it(studio: Connected) -> None:
    revoke_key(studio.key(1), because="It was in a screenshot", actor=studio.tenant.system)
    studio.workspace.refresh_from_db()
    assert (studio.token_in_use(), studio.workspace.status) == (None, "Access lost")
    assert "It was in a screenshot" in studio.workspace.status_reason
    assert not Secret.objects.exists()
    studio.add(studio.another_token(), Promotion(at_once=True))
    studio.workspace.refresh_from_db()
    assert studio.workspace.status == "Healthy"
