"""What changed between two snapshots of a workspace; see docs/compare.md."""
