"""Sending sealed entries on, in order and at least once, to the collectors that an organization names."""
