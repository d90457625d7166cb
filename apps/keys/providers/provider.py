"""What every provider of master keys does: wrap a data key, and open what it has wrapped."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretBytes


@dataclass(frozen=True, slots=True)
class Bound:
    """What a wrapped key is bound to: elsewhere it does not open. Organization 0 is the installation itself."""

    organization_id: int
    data_key: str

    def __str__(self) -> str:
        return f"notionhub/key/{self.organization_id}/{self.data_key}"

    def context(self) -> dict[str, str]:
        """The same as an encryption context of a key management service; it is shown in that one's logs."""
        return {"notionhub:organization": str(self.organization_id), "notionhub:data-key": self.data_key}


class KeyProvider(Protocol):
    """Holds master keys by id, the one for new wraps first."""

    def ids(self) -> tuple[str, ...]: ...

    def wrap(self, master_id: str, data_key: SecretBytes, bound: Bound) -> bytes:
        """Raises :class:`TransientError` when the provider is away."""

    def unwrap(self, master_id: str, wrapped: bytes, bound: Bound) -> SecretBytes:
        """Raises :class:`CannotOpen`, and :class:`TransientError` when the provider is away."""
