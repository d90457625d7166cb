"""Rotating the keys of many workspaces as one job, with a report."""
