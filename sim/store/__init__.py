"""Results on disk: tables in shards, a manifest, a lock, and nothing half-written."""
