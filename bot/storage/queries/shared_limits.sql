-- Limits of the whole deployment, which all processes share.

-- One statement, so that processes that reserve at the same moment wait for each other's row, and get
-- different slots. See `used_after` in bot/scheduling/shared_limit.py for the rule.
-- name: reserve_slots(name, now_ms, furthest_ms, latest_ms, taken_ms, from_now_ms)
INSERT INTO shared_limit (name, used_until_ms) VALUES (:name, :from_now_ms)
ON CONFLICT (name) DO UPDATE SET used_until_ms = CASE
    WHEN shared_limit.used_until_ms BETWEEN :now_ms AND :furthest_ms
        THEN shared_limit.used_until_ms + :taken_ms
    ELSE :from_now_ms
END
WHERE shared_limit.used_until_ms <= :latest_ms OR shared_limit.used_until_ms > :furthest_ms
RETURNING used_until_ms;

-- name: extend_used_until(name, used_until_ms)!
INSERT INTO shared_limit (name, used_until_ms) VALUES (:name, :used_until_ms)
ON CONFLICT (name) DO UPDATE SET used_until_ms = excluded.used_until_ms
WHERE shared_limit.used_until_ms < excluded.used_until_ms;
