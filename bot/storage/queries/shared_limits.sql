-- Limits of the whole deployment, which all processes share.

-- name: get_used_until(name)
SELECT used_until FROM shared_limit WHERE name = :name;

-- name: set_used_until(name, used_until)!
INSERT INTO shared_limit (name, used_until) VALUES (:name, :used_until)
ON CONFLICT (name) DO UPDATE SET used_until = excluded.used_until;

-- name: extend_used_until(name, used_until)!
INSERT INTO shared_limit (name, used_until) VALUES (:name, :used_until)
ON CONFLICT (name) DO UPDATE SET used_until = excluded.used_until
WHERE shared_limit.used_until < excluded.used_until;
