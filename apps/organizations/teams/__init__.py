"""Teams and what they may do in single workspaces: pages, API, reads."""
