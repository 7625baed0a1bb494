-- Cards: one row for each room.

-- name: add_card(room_id, guild_id, channel_id)!
INSERT INTO card (room_id, guild_id, channel_id) VALUES (:room_id, :guild_id, :channel_id)
ON CONFLICT (room_id) DO NOTHING;

-- name: get_card(room_id)
SELECT
    room_id, guild_id, channel_id, message_id, goes_down, shown, requested_at, revision, shown_revision
FROM card WHERE room_id = :room_id;

-- name: send_card_down(room_id)!
-- Let a new message at the bottom of the channel replace the card.
UPDATE card SET goes_down = 1 WHERE room_id = :room_id;

-- name: set_posted_card(room_id, message_id, shown, requested_at)!
UPDATE card SET message_id = :message_id, goes_down = 0, shown = :shown, requested_at = :requested_at
WHERE room_id = :room_id;

-- name: set_edited_card(room_id, shown, requested_at)!
UPDATE card SET shown = :shown, requested_at = :requested_at WHERE room_id = :room_id;

-- name: note_request(room_id, requested_at)!
UPDATE card SET requested_at = :requested_at WHERE room_id = :room_id;

-- name: lose_card(room_id, channel_id)!
-- The card has no message any more; its next one comes in the channel.
UPDATE card SET message_id = NULL, goes_down = 0, shown = 0, channel_id = :channel_id WHERE room_id = :room_id;

-- name: stay_in_place(room_id)!
UPDATE card SET goes_down = 0 WHERE room_id = :room_id;

-- name: note_shown(room_id, message_id, shown, shown_revision)!
-- A tap edited the message: it is the card if the card had none.
UPDATE card SET
    shown = :shown,
    message_id = COALESCE(message_id, :message_id),
    shown_revision = CASE WHEN shown_revision < :shown_revision THEN :shown_revision ELSE shown_revision END
WHERE room_id = :room_id AND (message_id IS NULL OR message_id = :message_id);

-- name: note_shown_revision(room_id, shown_revision)
UPDATE card SET shown_revision = :shown_revision WHERE room_id = :room_id AND shown_revision < :shown_revision
RETURNING room_id;

-- name: outdated_cards()
-- Also those of open sessions with a voice channel: who is in it may have changed while the bot was away.
SELECT card.room_id, card.guild_id FROM card
JOIN room ON room.room_id = card.room_id
WHERE card.shown_revision < card.revision
    OR (
        room.voice_channel_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM session WHERE session.room_id = card.room_id)
    )
ORDER BY card.room_id;

-- name: card_of_session(session_id)
SELECT card.room_id FROM card
JOIN session ON session.room_id = card.room_id
WHERE session.session_id = :session_id;

-- name: cards_of_guild(guild_id)
SELECT card.room_id FROM card
JOIN room ON room.room_id = card.room_id
WHERE room.guild_id = :guild_id ORDER BY card.room_id;

-- name: cards_of_voice_channel(guild_id, voice_channel_id)
-- The cards that show how many people are in a voice channel.
SELECT session.room_id FROM session
JOIN room ON room.room_id = session.room_id
WHERE room.guild_id = :guild_id AND room.voice_channel_id = :voice_channel_id ORDER BY session.room_id;

-- name: add_old_card(message_id, guild_id, channel_id)!
INSERT INTO old_card (message_id, guild_id, channel_id) VALUES (:message_id, :guild_id, :channel_id)
ON CONFLICT (message_id) DO NOTHING;

-- name: get_old_card(message_id)
SELECT message_id, guild_id, channel_id FROM old_card WHERE message_id = :message_id;

-- name: remove_old_card(message_id)!
DELETE FROM old_card WHERE message_id = :message_id;

-- name: set_problem_of_room(room_id, problem)
UPDATE room SET problem = :problem WHERE room_id = :room_id RETURNING guild_id;

-- name: clear_problem_of_room(room_id)
UPDATE room SET problem = NULL WHERE room_id = :room_id AND problem IS NOT NULL RETURNING guild_id;
