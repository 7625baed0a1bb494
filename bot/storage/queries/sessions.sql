-- name: open_session(room_id, guild_id, channel_id, opened_at, minutes, schedule_id)
INSERT INTO session (room_id, guild_id, channel_id, opened_at, minutes, calls, schedule_id)
VALUES (:room_id, :guild_id, :channel_id, :opened_at, :minutes, 0, :schedule_id)
ON CONFLICT (room_id) DO NOTHING
RETURNING
    session_id, room_id, guild_id, channel_id, message_id, opened_at, minutes, nodded_at, shown, calls,
    schedule_id, extended, closed_at, changes, painted;

-- name: get_session(session_id)
SELECT
    session_id, room_id, guild_id, channel_id, message_id, opened_at, minutes, nodded_at, shown, calls,
    schedule_id, extended, closed_at, changes, painted
FROM session WHERE session_id = :session_id;

-- name: session_of_room(room_id)
SELECT
    session_id, room_id, guild_id, channel_id, message_id, opened_at, minutes, nodded_at, shown, calls,
    schedule_id, extended, closed_at, changes, painted
FROM session WHERE room_id = :room_id;

-- name: set_card(session_id, message_id, shown)!
UPDATE session SET message_id = :message_id, shown = :shown, calls = calls + 1
WHERE session_id = :session_id;

-- name: set_nod(session_id, nodded_at)!
UPDATE session SET nodded_at = :nodded_at, changes = changes + 1 WHERE session_id = :session_id;

-- name: note_painted(session_id, painted)
UPDATE session SET painted = :painted WHERE session_id = :session_id AND painted < :painted
RETURNING session_id;

-- name: wrong_cards()
SELECT session_id FROM session
WHERE message_id IS NOT NULL AND painted < changes ORDER BY session_id;

-- name: extend_session(session_id, extended, shown)!
UPDATE session SET extended = :extended, shown = :shown WHERE session_id = :session_id;

-- name: close_session(session_id, closed_at)!
UPDATE session SET closed_at = :closed_at WHERE session_id = :session_id;

-- name: remove_session(session_id)
DELETE FROM session WHERE session_id = :session_id RETURNING session_id;

-- name: take_seat(session_id, member_id, guild_id, presence, opened, capacity)
INSERT INTO seat (session_id, member_id, guild_id, presence, opened)
SELECT :session_id, :member_id, :guild_id, :presence, :opened
WHERE :presence = 'unlisted' OR (
    SELECT COUNT(*) FROM seat WHERE session_id = :session_id AND presence <> 'unlisted'
) < :capacity
ON CONFLICT (session_id, member_id) DO NOTHING
RETURNING session_id;

-- name: set_presence(session_id, member_id, presence, capacity)
UPDATE seat SET presence = :presence
WHERE session_id = :session_id AND member_id = :member_id AND (
    :presence = 'unlisted' OR presence <> 'unlisted' OR (
        SELECT COUNT(*) FROM seat WHERE session_id = :session_id AND presence <> 'unlisted'
    ) < :capacity
)
RETURNING session_id;

-- name: leave_seat(session_id, member_id)
DELETE FROM seat WHERE session_id = :session_id AND member_id = :member_id RETURNING session_id;

-- name: get_seat(session_id, member_id)
SELECT session_id, member_id, presence, opened, leaves_at FROM seat
WHERE session_id = :session_id AND member_id = :member_id;

-- name: seats_of_session(session_id)
SELECT session_id, member_id, presence, opened, leaves_at FROM seat WHERE session_id = :session_id ORDER BY member_id;

-- name: set_leaving(session_id, member_id, leaves_at)
UPDATE seat SET leaves_at = :leaves_at WHERE session_id = :session_id AND member_id = :member_id
RETURNING session_id;

-- name: leave_seats(session_id, now)
DELETE FROM seat WHERE session_id = :session_id AND leaves_at <= :now RETURNING session_id;

-- name: next_leaving(session_id)
SELECT MIN(leaves_at) AS leaves_at FROM seat WHERE session_id = :session_id;

-- name: note_arrival(session_id, member_id, guild_id)
INSERT INTO arrival (session_id, member_id, guild_id) VALUES (:session_id, :member_id, :guild_id)
ON CONFLICT (session_id, member_id) DO NOTHING
RETURNING session_id;

-- name: count_arrivals(session_id)
SELECT COUNT(*) AS count FROM arrival WHERE session_id = :session_id;

-- name: show_again(session_id)
UPDATE session SET shown = CASE WHEN message_id IS NULL THEN shown END WHERE session_id = :session_id
RETURNING guild_id;
-- name: set_problem_of_room(session_id, problem)!
UPDATE room SET problem = :problem
WHERE room_id = (SELECT room_id FROM session WHERE session_id = :session_id);

-- name: clear_problem_of_room(session_id)!
UPDATE room SET problem = NULL
WHERE room_id = (SELECT room_id FROM session WHERE session_id = :session_id) AND problem IS NOT NULL;
