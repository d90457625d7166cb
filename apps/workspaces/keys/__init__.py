"""The versions of a workspace's key, from the first to the one that comes next."""
