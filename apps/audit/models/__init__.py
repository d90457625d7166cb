"""The log itself, its chain, and what people say about it: filters, where it is sent, how long it is kept."""

from apps.audit.models.chain import Chain, Cut
from apps.audit.models.destinations import Destination, Protocol
from apps.audit.models.entries import AuditEntry
from apps.audit.models.files import LogFile, LogForm
from apps.audit.models.rules import LogRules, SavedFilter

__all__ = ["AuditEntry", "Chain", "Cut", "Destination", "LogFile", "LogForm", "LogRules", "Protocol", "SavedFilter"]
