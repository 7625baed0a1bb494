-- name: count_backlog(now)
-- Finds each kind and range of shards from the one before it, and counts the overdue rows of each, without reading the
-- later ones.
WITH RECURSIVE known (kind, shard_range) AS (
    SELECT MIN(due.kind), (SELECT first.shard_range FROM due AS first ORDER BY first.kind, first.shard_range LIMIT 1)
    FROM due
    UNION ALL
    SELECT
        (
            SELECT due.kind FROM due WHERE (due.kind, due.shard_range) > (known.kind, known.shard_range)
            ORDER BY due.kind, due.shard_range LIMIT 1
        ),
        (
            SELECT due.shard_range FROM due WHERE (due.kind, due.shard_range) > (known.kind, known.shard_range)
            ORDER BY due.kind, due.shard_range LIMIT 1
        )
    FROM known WHERE known.kind IS NOT NULL
)
SELECT COUNT(*) AS overdue, MIN(due.occurs_at) AS oldest
FROM known JOIN due ON due.kind = known.kind AND due.shard_range = known.shard_range
WHERE due.due_at <= :now;

-- name: read_any_row()
SELECT name FROM deployment LIMIT 1;

-- name: count_sessions()
SELECT COUNT(*) AS open FROM session;
