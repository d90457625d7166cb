"""What an S3-compatible store's refusals mean.

Sources: "Error responses" of the Amazon S3 API Reference; the same codes are given by MinIO, Ceph and others.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    SSLError,
)

from apps.core.storage_errors import StoreError

NO_KEY = ("NoSuchKey", "404", "NotFound")
KEY = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity")
FULL = ("QuotaExceeded", "ServiceQuotaExceededException", "XMinioStorageFull", "InsufficientCapacity", "EntityTooLarge")
ELSEWHERE = ("PermanentRedirect", "301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException")
CLOCK = ("RequestTimeTooSkewed", "ExpiredToken", "RequestExpired")
PASSING = ("SlowDown", "RequestTimeout", "OperationAborted", "TooManyRequests", "Throttling", "ThrottlingException")
LOOK = "`manage.py check_storage` tells more; mend it, then retry."


@contextmanager
def told(bucket: str) -> Iterator[None]:
    """Raise what the store's client raises as an ``OSError``: ``FileNotFoundError``, or a :class:`StoreError`."""
    try:
        yield
    except ClientError as error:
        raise _of_the_store(error, bucket) from error
    except BotoCoreError as error:
        raise _of_the_way(error) from error


def _of_the_store(error: ClientError, bucket: str) -> OSError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in NO_KEY:
        return FileNotFoundError(errno.ENOENT, "The file store has no such file")
    if code == "NoSuchBucket":
        return StoreError(f"The file store has no bucket “{bucket}”.", f"Make it, or name another. {LOOK}")
    if code in FULL or status == 507:
        return StoreError(f"The file store has no room left ({code}).", "Free space or raise its quota, then retry.")
    if code in KEY:
        return StoreError(f"The file store did not accept our key ({code}).", LOOK)
    if code in CLOCK:
        return StoreError(f"The file store found our request too old ({code}).", f"Set this machine's clock. {LOOK}")
    if code in ELSEWHERE or 300 <= status < 400:
        where = f"The bucket “{bucket}” is in another region, or the store at another address"
        return StoreError(f"{where} ({code}). What it names instead is not asked.", LOOK)
    if code.startswith("KMS"):
        return StoreError(f"The file store could not use the key that it encrypts with ({code}).", LOOK)
    if code in PASSING or (status >= 500 and status != 501):
        return StoreError(f"The file store did not work ({code or status}).", passing=True)
    if status in (401, 403):
        return StoreError(f"The file store refused access to the bucket “{bucket}” ({code}).", LOOK)
    return StoreError(f"The file store did not accept what we asked ({code or status}).", LOOK)


def _of_the_way(error: BotoCoreError) -> StoreError:
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return StoreError("There is no key for the file store, neither set nor given by a role.", LOOK)
    if isinstance(error, SSLError):
        return StoreError("No secure connection to the file store could be made.", passing=True)
    if isinstance(error, EndpointConnectionError):
        return StoreError("The file store could not be reached.", passing=True)
    return StoreError(f"The file store did not answer as it should ({type(error).__name__}).", passing=True)
