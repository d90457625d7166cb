"""Master keys that this process holds itself: from the environment, a file, or the state folder."""

import base64
import binascii
import functools
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from pydantic import SecretBytes, SecretStr

from apps.keys.envelope import open_sealed, seal
from apps.keys.providers.provider import Bound


class HeldKeys:
    """AES-256 keys in memory."""

    def __init__(self, configured: SecretStr) -> None:
        self._keys = parse(configured)

    def ids(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def wrap(self, master_id: str, data_key: SecretBytes, bound: Bound) -> bytes:
        return seal(self._keys[master_id], data_key, str(bound))

    def unwrap(self, master_id: str, wrapped: bytes, bound: Bound) -> SecretBytes:
        return open_sealed(self._keys[master_id], wrapped, str(bound))


@functools.lru_cache(maxsize=4)
def parse(configured: SecretStr) -> Mapping[str, SecretBytes]:
    """``id:base64 of 32 bytes``, by commas or line by line. Raises ``ImproperlyConfigured``, repeating no key."""
    keys: dict[str, SecretBytes] = {}
    for number, item in enumerate(configured.get_secret_value().replace("\n", ",").strip(",").split(","), start=1):
        key_id, _, encoded = item.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"Master key {number} is not valid base64.") from error
        if not key_id or len(key) != 32:
            raise ImproperlyConfigured(f"Master key {number} must read `id:base64 of 32 bytes`.")
        keys[key_id] = SecretBytes(key)
    return keys


def read(path: Path) -> SecretStr:
    """The keys of a file. Raises ``ImproperlyConfigured``."""
    try:
        return SecretStr(path.read_text().strip())
    except OSError as error:
        raise ImproperlyConfigured(f"The file of the master keys cannot be read: {error.strerror}.") from error


def kept(path: Path, name: str) -> SecretStr:
    """The keys of a file of our own, made with a first key when it is not there; its owner alone may read it."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}")
        try:
            os.link(fresh, path)  # whoever is first has made it
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return read(path)
