"""Does the library read real answers without loss? `manage.py notion_check FILE.jsonl` prints what this reports."""

from apps.notion.check.recordings import check_recordings
from apps.notion.check.report import Failure, Report

__all__ = ["Failure", "Report", "check_recordings"]
