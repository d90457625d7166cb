"""Webhooks of Notion: an address per workspace, what comes there, and what becomes of it. See ``docs/api.md``."""
