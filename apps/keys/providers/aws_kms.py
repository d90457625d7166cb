"""Master keys in AWS KMS: they never leave it. Source: https://docs.aws.amazon.com/kms/latest/APIReference/"""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretBytes

from apps.core.errors import TransientError
from apps.keys.envelope import CannotOpen
from apps.keys.providers.provider import Bound

PASSING = {"ThrottlingException", "KMSInternalException", "DependencyTimeoutException", "KeyUnavailableException"}
AWAY = "The key management service cannot be asked at the moment."


class KmsKeys:
    """Symmetric keys by their ARN. ``endpoint_url`` is for services that speak the same, and for tests."""

    def __init__(self, arns: tuple[str, ...], endpoint_url: str | None = None) -> None:
        self._arns = arns
        self._endpoint_url = endpoint_url
        self._clients: dict[str, Any] = {}

    def ids(self) -> tuple[str, ...]:
        return self._arns

    def wrap(self, master_id: str, data_key: SecretBytes, bound: Bound) -> bytes:
        answer = self._ask(master_id, "encrypt", Plaintext=data_key.get_secret_value(), bound=bound)
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, master_id: str, wrapped: bytes, bound: Bound) -> SecretBytes:
        return SecretBytes(self._ask(master_id, "decrypt", CiphertextBlob=wrapped, bound=bound)["Plaintext"])

    def _ask(self, master_id: str, action: str, *, bound: Bound, **given: bytes) -> Any:
        try:
            call = getattr(self._client(master_id.split(":")[3]), action)
            return call(KeyId=master_id, EncryptionContext=bound.context(), **given)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in PASSING:
                raise TransientError(f"{AWAY} ({code})") from error
            raise CannotOpen(f"AWS KMS refused the master key of a stored secret ({code}).") from None
        except BotoCoreError as error:
            raise TransientError(f"{AWAY} ({type(error).__name__})") from error

    def _client(self, region: str) -> Any:
        if region not in self._clients:
            config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
            session = boto3.session.Session(region_name=region)
            self._clients[region] = session.client("kms", endpoint_url=self._endpoint_url, config=config)
        return self._clients[region]
