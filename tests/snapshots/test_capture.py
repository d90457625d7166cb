"""A capture is the workspace: nothing lost, nothing doubled, everything accounted for."""

import pytest

from apps.jobs.models import Job
from apps.snapshots.models import ObjectVersion, SnapshotState
from tests.snapshots.studio import Studio, assert_equals_the_truth

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_capture_equals_the_workspace(studio: Studio) -> None:
    snapshot = studio.capture()
    job = Job.objects.get()
    print(job.status, job.error, job.counts)
    assert snapshot.state == SnapshotState.COMPLETE
    assert_equals_the_truth(studio, snapshot)
