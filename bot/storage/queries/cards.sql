-- Cards: one row for each room.

-- name: begin_card(room_id, guild_id)!
-- A new session has a new message.
INSERT INTO card (room_id, guild_id, requests_spent) VALUES (:room_id, :guild_id, 0)
ON CONFLICT (room_id) DO UPDATE
SET message_id = NULL, shown_phase = NULL, requests_spent = 0, revision = 0, shown_revision = 0;

-- name: get_card(room_id)
SELECT room_id, guild_id, message_id, shown_phase, requests_spent, revision, shown_revision FROM card
WHERE room_id = :room_id;

-- name: set_card(room_id, message_id, shown_phase)!
UPDATE card SET message_id = :message_id, shown_phase = :shown_phase, requests_spent = requests_spent + 1
WHERE room_id = :room_id;

-- name: note_shown_revision(room_id, shown_revision)
UPDATE card SET shown_revision = :shown_revision WHERE room_id = :room_id AND shown_revision < :shown_revision
RETURNING room_id;

-- name: outdated_cards()
SELECT session.session_id FROM card
JOIN session ON session.room_id = card.room_id
WHERE card.message_id IS NOT NULL AND card.shown_revision < card.revision ORDER BY session.session_id;

-- name: clear_shown_phase(session_id)
UPDATE card SET shown_phase = CASE WHEN message_id IS NULL THEN shown_phase END
WHERE room_id = (SELECT room_id FROM session WHERE session_id = :session_id)
RETURNING guild_id;

-- name: set_problem_of_room(room_id, problem)!
UPDATE room SET problem = :problem WHERE room_id = :room_id;

-- name: clear_problem_of_room(room_id)!
UPDATE room SET problem = NULL WHERE room_id = :room_id AND problem IS NOT NULL;
