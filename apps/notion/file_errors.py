"""Why a file could not be fetched. Messages are for the customer and never hold a URL's signature."""


class FileError(Exception):
    """Base of all; `retryable` says whether another try later can help."""

    retryable = False


class FileUrlExpired(FileError):
    """The signed URL is too old: read the block or page again and use the fresh URL."""

    retryable = True


class FileTooLarge(FileError):
    """The file is longer than allowed."""


class FileUnavailable(FileError):
    """The server does not give the file. `status` is its HTTP status, if it came to that."""

    def __init__(self, message: str, *, status: int | None = None, retryable: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.retryable = retryable


class AddressRefused(FileError):
    """The guard does not let a download go there."""
