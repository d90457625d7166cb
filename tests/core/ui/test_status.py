import pytest

from apps.core.ui.status import STATUSES, Tone, UnknownStatus, status_of
from apps.exports.models import ExportState
from apps.jobs.models import Status
from apps.snapshots.models import SnapshotState
from apps.workspaces.models import WorkspaceStatus


def test_a_state_is_found_by_its_word_and_by_its_stored_form() -> None:
    assert status_of("Access lost") is status_of("access_lost")
    assert status_of("Access lost").tone is Tone.BAD


@pytest.mark.parametrize("word", ["", "Done", "ok", "access lost", "ACCESS_LOST", "Completed"])
def test_the_list_is_closed(word: str) -> None:
    with pytest.raises(UnknownStatus):
        status_of(word)


def test_green_is_only_for_what_was_proven() -> None:
    proven = {state.word for state in STATUSES.values() if state.tone is Tone.OK}
    assert proven == {"Healthy", "Complete", "Succeeded", "Published", "Verified"}


@pytest.mark.parametrize("labels", [Status.labels, SnapshotState.labels, ExportState.labels, WorkspaceStatus.values])
def test_every_state_that_is_stored_has_its_word(labels: list[str]) -> None:
    assert [status_of(label).word for label in labels] == labels
