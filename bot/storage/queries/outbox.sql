-- Messages that are being sent: added before the request, removed when its outcome is recorded.

-- name: find_intent(key)
SELECT key, guild_id, channel_id, nonce, begun_at, attempts FROM outbox WHERE key = :key;

-- name: add_intent(key, guild_id, channel_id, nonce, begun_at)
INSERT INTO outbox (key, guild_id, channel_id, nonce, begun_at, attempts)
VALUES (:key, :guild_id, :channel_id, :nonce, :begun_at, 1)
ON CONFLICT (key) DO UPDATE SET attempts = outbox.attempts + 1
RETURNING key, guild_id, channel_id, nonce, begun_at, attempts;

-- name: remove_intent(key)!
DELETE FROM outbox WHERE key = :key;

-- name: remove_old_intents(before)!
DELETE FROM outbox WHERE begun_at < :before;

-- name: remove_intents_of_cards(guild_id)!
DELETE FROM outbox WHERE guild_id = :guild_id AND key LIKE 'card:%';
