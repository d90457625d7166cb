"""The event catalogue: one sentence for each operation that exists.

``{subject}`` is the label of what was acted on. The actor stands before the sentence.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """How an operation is told. ``icon`` is the name of an icon of the kit."""

    sentence: str
    icon: str = "point"


CATALOGUE: dict[str, Event] = {
    "organization.created": Event("created the organization {subject}", "building"),
    "member.added": Event("added the member {subject}", "user-plus"),
    "session.started": Event("signed in", "login"),
    "session.ended": Event("signed out", "logout"),
    "token.created": Event("created the API token {subject}", "key"),
    "token.revoked": Event("revoked the API token {subject}", "key-off"),
    "workspace.connected": Event("connected the workspace {subject}", "plug"),
    "workspace.reconnected": Event("gave the workspace {subject} a new key", "plug"),
    "workspace.updated": Event("changed the workspace {subject}", "settings"),
    "workspace.disconnected": Event("disconnected the workspace {subject}", "plug-off"),
    "workspace.verified": Event("checked the key of {subject}", "heartbeat"),
    "workspace.access_accepted": Event("accepted that {subject} reaches less", "check"),
    "capture.started": Event("started a capture of {subject}", "camera"),
    "snapshot.protected": Event("protected {subject}", "lock"),
    "snapshot.unprotected": Event("lifted the protection of {subject}", "lock"),
    "snapshot.deleted": Event("deleted {subject}", "x"),
    "retention.updated": Event("changed what is kept: {subject}", "archive"),
    "retention.applied": Event("applied the retention of {subject}", "archive"),
    "export.created": Event("started the {subject}", "file-export"),
    "export.deleted": Event("deleted the {subject}", "x"),
    "export.downloaded": Event("downloaded the {subject}", "download"),
    "export.saved": Event("exported {subject} from the command line", "download"),
    "job.cancelled": Event("cancelled {subject}", "ban"),
    "capture.retried": Event("read again what {subject} lacks for one reason", "refresh"),
    "job.retried": Event("started {subject} again", "refresh"),
    "schedule.created": Event("made the schedule {subject}", "clock"),
    "schedule.updated": Event("changed the schedule {subject}", "clock"),
    "schedule.paused": Event("paused the schedule {subject}", "player-pause"),
    "schedule.resumed": Event("resumed the schedule {subject}", "clock"),
    "schedule.deleted": Event("deleted the schedule {subject}", "x"),
    "schedule.run": Event("ran the schedule {subject} at once", "clock"),
}


def sentence(event: str, subject: str) -> str:
    """“started Capture of Acme”. An event without a sentence tells its own name."""
    known = CATALOGUE.get(event)
    return known.sentence.format(subject=f"“{subject}”" if subject else "") if known else event
