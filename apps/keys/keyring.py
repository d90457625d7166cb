"""All master keys of the installation, and the data keys that were opened lately.

The first key of the first provider wraps; all of them open what they have wrapped. So a master key is replaced by
listing the new one first, and the old one stays listed until it wraps nothing any more.
"""

import functools
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import SecretBytes, SecretStr

from apps.keys.envelope import CannotOpen
from apps.keys.providers.aws_kms import KmsKeys
from apps.keys.providers.held import HeldKeys, kept, read
from apps.keys.providers.provider import Bound, KeyProvider

LOCAL_FILE = "master_keys"
MOST = 2_000
"""Opened data keys that are remembered."""


@dataclass(frozen=True, slots=True)
class Configured:
    """What the settings say; another answer makes another keyring."""

    providers: tuple[str, ...]
    environment: SecretStr | None
    file: Path | None
    folder: Path
    kms: tuple[str, ...]
    kms_endpoint: str | None
    stamps: tuple[float, ...]
    """When the files were last written: a key that is added to one counts without a restart."""


class Keyring:
    """Wraps and opens data keys. What was opened is remembered for ``settings.DATA_KEY_SECONDS``, in memory alone."""

    def __init__(self, providers: list[KeyProvider]) -> None:
        self._holders = {master: provider for provider in reversed(providers) for master in provider.ids()}
        self.current = providers[0].ids()[0]
        self.ids = tuple(dict.fromkeys(master for provider in providers for master in provider.ids()))
        self._opened: dict[tuple[str, bytes], tuple[float, SecretBytes]] = {}
        self._lock = threading.Lock()

    def wrap(self, data_key: SecretBytes, bound: Bound) -> tuple[str, bytes]:
        """The id of the master key, and the wrapped key. Raises :class:`TransientError`."""
        return self.current, self._holders[self.current].wrap(self.current, data_key, bound)

    def open(self, master_id: str, wrapped: bytes, bound: Bound) -> SecretBytes:
        """Raises :class:`CannotOpen` and :class:`TransientError`."""
        holder = self._holders.get(master_id)
        if holder is None:
            raise CannotOpen(f"The master key “{master_id}” is not configured any more.")
        name, now = (f"{master_id} {bound}", wrapped), time.monotonic()
        with self._lock:
            until, opened = self._opened.get(name, (0.0, None))
        if opened is None or until < now:
            opened = holder.unwrap(master_id, wrapped, bound)
            self._remember(name, now, opened)
        return opened

    def _remember(self, name: tuple[str, bytes], now: float, opened: SecretBytes) -> None:
        with self._lock:
            if len(self._opened) >= MOST:
                self._opened = {known: kept for known, kept in self._opened.items() if kept[0] > now}
            if len(self._opened) < MOST:
                self._opened[name] = (now + settings.DATA_KEY_SECONDS, opened)

    def forget_opened(self) -> None:
        """Ask the providers again from now on."""
        with self._lock:
            self._opened.clear()


def keyring() -> Keyring:
    """The keyring of the present settings. Raises ``ImproperlyConfigured``."""
    file = Path(settings.MASTER_KEYS_PATH) if settings.MASTER_KEYS_PATH else None
    folder = Path(settings.VAR_DIR)
    watched = [path for path in (file, folder / LOCAL_FILE) if path is not None]
    configured = Configured(
        providers=tuple(settings.KEY_PROVIDERS),
        environment=settings.MASTER_KEYS,
        file=file,
        folder=folder,
        kms=tuple(settings.KMS_KEYS),
        kms_endpoint=settings.KMS_ENDPOINT_URL,
        stamps=tuple(path.stat().st_mtime if path.exists() else 0.0 for path in watched),
    )
    return _made(configured)


@functools.lru_cache(maxsize=4)
def _made(configured: Configured) -> Keyring:
    return Keyring([_provider(name, configured) for name in configured.providers])


def _provider(name: str, configured: Configured) -> KeyProvider:
    match name:
        case "environment":
            return HeldKeys(configured.environment or SecretStr(""))
        case "file" if configured.file is not None:
            return HeldKeys(read(configured.file))
        case "local":
            return HeldKeys(kept(configured.folder / LOCAL_FILE, "local"))
        case "aws-kms" if configured.kms:
            return KmsKeys(configured.kms, configured.kms_endpoint)
    raise ImproperlyConfigured(f"The key provider {name!r} is not known, or what it needs is not set.")
