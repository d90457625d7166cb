"""2026-03-11: the version whose words are the library's own."""

from apps.notion.versions.version import Version


class V20260311(Version):
    date = "2026-03-11"
