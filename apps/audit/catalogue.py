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
    "destination.deleted": Event("ended the forwarding to {subject}", "x"),
    "destination.updated": Event("switched the forwarding to {subject}", "arrow-right"),
    "destination.created": Event("began to send the audit log to {subject}", "arrow-right"),
    "audit_filter.deleted": Event("deleted the filter {subject}", "filter"),
    "audit_filter.saved": Event("kept the filter {subject}", "filter"),
    "audit.downloaded": Event("downloaded the {subject}", "download"),
    "audit.exported": Event("exported the {subject}", "file-export"),
    "audit.verification_started": Event("started a check of {subject}", "shield-lock"),
    "audit.verified": Event("verified {subject}", "shield-lock"),
    "audit.retention_updated": Event("changed how long the audit log is kept", "archive"),
    "audit.trimmed": Event("let go of {subject}", "archive"),
    "access.refused": Event("asked for what their role does not include", "ban"),
    "organization.created": Event("created the organization {subject}", "building"),
    "organization.updated": Event("changed the organization {subject}", "building"),
    "organization.transferred": Event("handed the ownership to {subject}", "user"),
    "organization.deletion_asked": Event("asked to delete the organization {subject}", "x"),
    "organization.deletion_called_back": Event("called back the deletion of {subject}", "refresh"),
    "member.added": Event("added the member {subject}", "user-plus"),
    "member.role_changed": Event("changed the role of {subject}", "user"),
    "member.removed": Event("removed the member {subject}", "x"),
    "member.left": Event("left: {subject}", "logout"),
    "invitation.created": Event("invited {subject}", "mail"),
    "invitation.resent": Event("sent the invitation of {subject} again", "mail"),
    "invitation.withdrawn": Event("withdrew the invitation of {subject}", "x"),
    "invitation.accepted": Event("accepted the invitation of {subject}", "check"),
    "team.created": Event("made the team {subject}", "user-plus"),
    "team.renamed": Event("renamed the team {subject}", "pencil"),
    "team.deleted": Event("deleted the team {subject}", "x"),
    "team.member_added": Event("gave a place in a team: {subject}", "user-plus"),
    "team.member_removed": Event("took a place in a team away: {subject}", "x"),
    "grant.set": Event("gave access to a workspace: {subject}", "key"),
    "grant.removed": Event("took access to a workspace away: {subject}", "key-off"),
    "session.started": Event("signed in", "login"),
    "session.refused": Event("could not sign in", "ban"),
    "session.ended": Event("signed out", "logout"),
    "token.created": Event("created the API token {subject}", "key"),
    "token.updated": Event("changed the API token {subject}", "key"),
    "token.rotated": Event("gave the API token {subject} a new secret", "refresh"),
    "token.switched": Event("switched the API token {subject} on or off", "key"),
    "token.grace_ended": Event("ended the earlier secret of the API token {subject}", "key-off"),
    "token.revoked": Event("revoked the API token {subject}", "key-off"),
    "service_account.created": Event("made the service account {subject}", "key"),
    "service_account.updated": Event("changed the service account {subject}", "key"),
    "service_account.switched": Event("switched the service account {subject} on or off", "key"),
    "service_account.deleted": Event("deleted the service account {subject}", "x"),
    "credential.created": Event("created the credential {subject} of a service account", "key"),
    "credential.updated": Event("changed the credential {subject} of a service account", "key"),
    "credential.rotated": Event("gave the credential {subject} of a service account a new secret", "refresh"),
    "credential.switched": Event("switched the credential {subject} of a service account on or off", "key"),
    "credential.grace_ended": Event("ended the earlier secret of the credential {subject}", "key-off"),
    "credential.revoked": Event("revoked the credential {subject} of a service account", "key-off"),
    "access_token.revoked": Event("withdrew an access token", "key-off"),
    "credential.refused": Event("tried to use the API credential {subject}", "ban"),
    "workspace.connected": Event("connected the workspace {subject}", "plug"),
    "workspace.reconnected": Event("gave the workspace {subject} a new key", "plug"),
    "workspace.updated": Event("changed the workspace {subject}", "settings"),
    "workspace.disconnected": Event("disconnected the workspace {subject}", "plug-off"),
    "workspace.verified": Event("checked the key of {subject}", "heartbeat"),
    "key.added": Event("added {subject}", "key"),
    "key.check_started": Event("had {subject} checked", "heartbeat"),
    "key.discarded": Event("discarded {subject}", "key-off"),
    "key.promoted": Event("promoted {subject}", "key"),
    "key.restored": Event("went back to {subject}", "refresh"),
    "key.retired": Event("ended the grace of {subject}", "archive"),
    "key.revoked": Event("revoked {subject}", "key-off"),
    "key.updated": Event("changed when {subject} expires", "clock"),
    "key.refresh_started": Event("had {subject} refreshed", "refresh"),
    "key.refreshed": Event("replaced the tokens of {subject} by new ones of Notion", "refresh"),
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
