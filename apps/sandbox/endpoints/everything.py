"""Importing this module fills the table of endpoints."""

from apps.sandbox.endpoints import (
    blocks,
    comments,
    custom_emojis,
    data_sources,
    databases,
    pages,
    search,
    users,
    views,
)

__all__ = [
    "blocks",
    "comments",
    "custom_emojis",
    "data_sources",
    "databases",
    "pages",
    "search",
    "users",
    "views",
]
