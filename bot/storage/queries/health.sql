-- name: count_backlog(now)
-- Finds each kind from the one before it, and counts the overdue rows of each, without reading the later ones.
WITH RECURSIVE known (kind) AS (
    SELECT MIN(kind) FROM due
    UNION ALL
    SELECT (SELECT MIN(due.kind) FROM due WHERE due.kind > known.kind) FROM known WHERE known.kind IS NOT NULL
)
SELECT COUNT(*) AS overdue, MIN(due.occurs_at) AS oldest
FROM known JOIN due ON due.kind = known.kind
WHERE due.due_at <= :now;

-- name: read_any_row()
SELECT name FROM deployment LIMIT 1;

-- name: count_sessions()
SELECT COUNT(*) AS open FROM session;
