"""Importing this module fills the table of endpoints."""

from apps.sandbox.endpoints import (
    block_writes,
    blocks,
    comment_writes,
    comments,
    custom_emojis,
    data_sources,
    database_writes,
    databases,
    file_uploads,
    page_writes,
    pages,
    search,
    single_databases,
    users,
    views,
)

__all__ = [
    "block_writes",
    "blocks",
    "comment_writes",
    "comments",
    "custom_emojis",
    "data_sources",
    "database_writes",
    "databases",
    "file_uploads",
    "page_writes",
    "pages",
    "search",
    "single_databases",
    "users",
    "views",
]
