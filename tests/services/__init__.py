"""Real servers that the suite brings along: PostgreSQL from the package index, Redis where one is installed."""
