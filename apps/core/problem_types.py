"""The kinds of problems that the API reports (RFC 9457): each has an address of its own, where it is explained."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class ProblemType:
    """``title`` is the same each time; ``meaning`` says when it comes, ``remedy`` what to do."""

    name: str
    status: int
    title: str
    meaning: str
    remedy: str

    @property
    def uri(self) -> str:
        return f"{settings.BASE_URL}/docs/errors/{self.name}/"


_ALL = (
    ProblemType(
        "unreadable", 400, "The request cannot be read",
        "The body is no JSON, is nested too deeply, or the address or a header contains what cannot be there.",
        "Mend the request. Sending it again as it is gives the same answer.",
    ),
    ProblemType(
        "unauthorized", 401, "A valid token is needed",
        "There is no `Authorization` header, or its token is unknown, expired, switched off or not used from a network"
        " that it is limited to.",
        "Send `Authorization: Bearer …` with a token of this organization. Make a new one under Settings.",
    ),
    ProblemType(
        "forbidden", 403, "Not allowed",
        "The token is good, but neither its role nor a team gives it the right to do this here.",
        "Ask an owner or admin for a role or a grant, or use a credential that has it.",
    ),
    ProblemType(
        "sign-in-again", 403, "A fresh sign-in is needed",
        "This is dangerous and takes a person who has signed in a moment ago.",
        "Do it in the browser, or with a credential that may.",
    ),
    ProblemType(
        "not-found", 404, "Not found",
        "There is no such object, or none that this token may see. Which of the two is not told.",
        "Check the id, the address of the organization and the workspaces that the credential is limited to.",
    ),
    ProblemType(
        "method-not-allowed", 405, "Method not allowed",
        "The address exists, but not with this method.", "`Allow` names the methods that there are.",
    ),
    ProblemType(
        "not-acceptable", 406, "No acceptable representation",
        "`Accept` names no type that this call can give.", "Accept `application/json`, or the type that is described.",
    ),
    ProblemType(
        "conflict", 409, "Not possible in this state",
        "The object is not in a state that allows this now, such as a job that has ended and cannot be cancelled.",
        "Read the object again and decide anew.",
    ),
    ProblemType(
        "in-progress", 409, "The same call is being done",
        "A call with this `Idempotency-Key` has arrived already and has no answer yet.",
        "Wait for as long as `Retry-After` says and send it again, with the same key.",
    ),
    ProblemType(
        "changed", 412, "Changed in the meantime",
        "The object is not any more as the `ETag` in `If-Match` says. Nothing was done.",
        "Read it again, put the change on what is there now, and send that with the new `ETag`.",
    ),
    ProblemType(
        "too-large", 413, "Too large", "The body is larger than what is accepted.", "Send less at once."
    ),
    ProblemType(
        "address-too-long", 414, "The address is too long", "The query is longer than what is accepted.",
        "Ask for less at once.",
    ),
    ProblemType(
        "unsupported-type", 415, "Unsupported media type", "The body has a type that is not read here.",
        "Send JSON as `Content-Type: application/json`.",
    ),
    ProblemType(
        "invalid", 422, "The input cannot be accepted",
        "Something in the body or the query does not fit. `errors` lists each: `pointer` leads to a member of the body"
        " (RFC 6901), `parameter` names one of the query, `header` one of the headers.",
        "Mend what is listed. Nothing was done.",
    ),
    ProblemType(
        "key-reused", 422, "The idempotency key was used for another call",
        "`Idempotency-Key` names another call of the last 24 hours: another address, method or body.",
        "Make up a new key for each thing that is wanted.",
    ),
    ProblemType(
        "version-needed", 428, "The version is needed",
        "What this changes cannot be taken back, so the call has to say which version of the object it knows.",
        "Read the object and send its `ETag` as `If-Match`.",
    ),
    ProblemType(
        "too-many-requests", 429, "Too many requests",
        "The credential has used up what it may ask in this time. `RateLimit` says what is left.",
        "Wait for as many seconds as `Retry-After` says.",
    ),
    ProblemType(
        "our-fault", 500, "Our fault", "Something failed on our side and was logged. Nothing was half-written.",
        "Try again. If it stays, tell whoever runs this installation the `request_id`.",
    ),
    ProblemType(
        "unavailable", 503, "Not available at the moment",
        "Something that this needs does not answer at the moment, such as Notion, the database or the file store.",
        "Try again in a moment; `Retry-After` says when, where it is known.",
    ),
)  # fmt: skip
PROBLEM_TYPES = {one.name: one for one in _ALL}
_FIRST: dict[int, ProblemType] = {}
for _one in _ALL:
    _FIRST.setdefault(_one.status, _one)
TITLES = {status: one.title for status, one in _FIRST.items()}


def type_of(status: int) -> ProblemType:
    """The most general one with this status; of a status that no call gives on purpose, that of its class."""
    return _FIRST.get(status) or _FIRST[400 if status < 500 else 500]
