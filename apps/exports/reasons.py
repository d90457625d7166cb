"""Why an object of the snapshot is not in an export although it should be, in words for the customer."""

from dataclasses import dataclass

from apps.jobs.unmet import Reason


@dataclass(frozen=True, slots=True)
class Failure:
    """``reason`` heads the group and says what to do; ``sentence`` stands beside one object in the manifest."""

    reason: Reason
    sentence: str


FAILURES: dict[str, Failure] = {
    "file_gone": Failure(
        Reason(
            "Stored files that are gone",
            "The file store does not have them any more. Bring the store back from a backup, then retry; or capture"
            " the workspace again.",
            fixable=False,
        ),
        "The stored file is no longer in the file store.",
    ),
    "file_changed": Failure(
        Reason(
            "Stored files that were changed",
            "What the file store holds is not what was captured, by its SHA-256. Bring the store back from a backup,"
            " then retry; or capture the workspace again.",
            fixable=False,
        ),
        "The stored file was changed in the file store after it was captured.",
    ),
    "holder_failed": Failure(
        Reason(
            "Parts of files that could not be made",
            "They belong into the file of another object, which failed. Mend that one first.",
            fixable=False,
        ),
        "The file of the object that it belongs to could not be made.",
    ),
    "unreadable": Failure(
        Reason(
            "Shapes that we do not know",
            "Their content has a shape that this format cannot show. The JSON export holds them word for word.",
            fixable=False,
        ),
        "Its content has a shape that this format cannot show; the JSON export holds it word for word.",
    ),
    "our_fault": Failure(
        Reason(
            "Something failed on our side",
            "It was logged for whoever runs this installation. Nothing is wrong in Notion.",
            fixable=False,
        ),
        "Something failed on our side while its file was made, and was logged.",
    ),
}


class NotWritten(Exception):
    """The object cannot be in the export although it should; ``code`` is a key of :data:`FAILURES`."""

    def __init__(self, code: str) -> None:
        super().__init__(FAILURES[code].sentence)
        self.code = code
