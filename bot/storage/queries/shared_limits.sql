-- Limits of the whole deployment, which all processes share.

-- One statement, so that processes that reserve at the same moment wait for each other's row, and get
-- different slots. See `used_after` in bot/scheduling/slots.py for the rule.
-- name: reserve_slots(name, now_us, furthest_us, latest_us, taken_us, from_now_us)
INSERT INTO shared_limit (name, used_until_us) VALUES (:name, :from_now_us)
ON CONFLICT (name) DO UPDATE SET used_until_us = CASE
    WHEN shared_limit.used_until_us BETWEEN :now_us AND :furthest_us
        THEN shared_limit.used_until_us + :taken_us
    ELSE :from_now_us
END
WHERE shared_limit.used_until_us <= :latest_us OR shared_limit.used_until_us > :furthest_us
RETURNING used_until_us;

-- name: extend_used_until(name, used_until_us)!
INSERT INTO shared_limit (name, used_until_us) VALUES (:name, :used_until_us)
ON CONFLICT (name) DO UPDATE SET used_until_us = excluded.used_until_us
WHERE shared_limit.used_until_us < excluded.used_until_us;
