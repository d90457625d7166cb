"""Members and who is invited: pages, API, reads."""
