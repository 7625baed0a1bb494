-- name: count_backlog(now)
SELECT COUNT(*) AS behind, MIN(occurs_at) AS oldest FROM due WHERE due_at <= :now;

-- name: count_sessions()
SELECT COUNT(*) AS open FROM session;
