"""Which snapshots stay: keep-rules, their preview, deleting, and giving back the room."""
