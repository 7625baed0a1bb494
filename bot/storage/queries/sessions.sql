-- name: open_session(room_id, guild_id, channel_id, opened_at, minutes, rounds, closes_at, schedule_id)
INSERT INTO session (room_id, guild_id, channel_id, opened_at, minutes, rounds, closes_at, schedule_id)
VALUES (:room_id, :guild_id, :channel_id, :opened_at, :minutes, :rounds, :closes_at, :schedule_id)
ON CONFLICT (room_id) DO NOTHING
RETURNING
    session_id, room_id, guild_id, channel_id, opened_at, minutes, closes_at, nodded_at, schedule_id, rounds,
    closed_at, following_schedule_id;

-- name: get_session(session_id)
SELECT
    session_id, room_id, guild_id, channel_id, opened_at, minutes, closes_at, nodded_at, schedule_id, rounds,
    closed_at, following_schedule_id
FROM session WHERE session_id = :session_id;

-- name: session_of_room(room_id)
SELECT
    session_id, room_id, guild_id, channel_id, opened_at, minutes, closes_at, nodded_at, schedule_id, rounds,
    closed_at, following_schedule_id
FROM session WHERE room_id = :room_id;

-- name: set_nod(session_id, nodded_at)!
UPDATE session SET nodded_at = :nodded_at WHERE session_id = :session_id;


-- name: close_session(session_id, closed_at)!
UPDATE session SET closed_at = :closed_at WHERE session_id = :session_id;

-- name: set_following_schedule(session_id, following_schedule_id)!
-- The first schedule that comes due while a session is open begins when that one closes.
UPDATE session SET following_schedule_id = :following_schedule_id
WHERE session_id = :session_id AND following_schedule_id IS NULL;

-- name: openings_due(room_id, until)
-- The schedules of a room whose next session is due by a moment, the first one first.
SELECT schedule.schedule_id FROM schedule
JOIN due ON due.kind = 'open_session' AND due.subject_id = schedule.schedule_id
WHERE schedule.room_id = :room_id AND due.occurs_at BETWEEN 0 AND :until
ORDER BY due.occurs_at, schedule.schedule_id;

-- name: remove_session(session_id)
DELETE FROM session WHERE session_id = :session_id RETURNING session_id;

-- name: take_seat(session_id, member_id, guild_id, visibility, opened_session, capacity)
INSERT INTO seat (session_id, member_id, guild_id, visibility, opened_session)
SELECT :session_id, :member_id, :guild_id, :visibility, :opened_session
WHERE :visibility = 'hidden' OR (
    SELECT COUNT(*) FROM seat WHERE session_id = :session_id AND visibility <> 'hidden'
) < :capacity
ON CONFLICT (session_id, member_id) DO NOTHING
RETURNING session_id;

-- name: set_visibility(session_id, member_id, visibility, capacity)
UPDATE seat SET visibility = :visibility
WHERE session_id = :session_id AND member_id = :member_id AND (
    :visibility = 'hidden' OR visibility <> 'hidden' OR (
        SELECT COUNT(*) FROM seat WHERE session_id = :session_id AND visibility <> 'hidden'
    ) < :capacity
)
RETURNING session_id;

-- name: leave_seat(session_id, member_id)
DELETE FROM seat WHERE session_id = :session_id AND member_id = :member_id RETURNING session_id;

-- name: seats_of_guild(guild_id)
SELECT seat.session_id, seat.member_id, session.room_id, session.channel_id FROM room
JOIN session ON session.room_id = room.room_id
JOIN seat ON seat.session_id = session.session_id
WHERE room.guild_id = :guild_id ORDER BY seat.session_id, seat.member_id;

-- name: seats_of_member_in_guild(guild_id, member_id)
SELECT seat.session_id, seat.member_id, session.room_id, session.channel_id FROM seat
JOIN session ON session.session_id = seat.session_id
WHERE seat.member_id = :member_id AND seat.guild_id = :guild_id ORDER BY seat.session_id;

-- name: get_seat(session_id, member_id)
SELECT session_id, member_id, visibility, opened_session, leaves_at, sits_again FROM seat
WHERE session_id = :session_id AND member_id = :member_id;

-- name: seat_in_guild(guild_id, member_id)
SELECT session_id, member_id, visibility, opened_session, leaves_at, sits_again FROM seat
WHERE guild_id = :guild_id AND member_id = :member_id;

-- name: seats_of_session(session_id)
SELECT session_id, member_id, visibility, opened_session, leaves_at, sits_again FROM seat WHERE session_id = :session_id ORDER BY member_id;

-- name: seats_sitting_again(session_id)
SELECT session_id, member_id, visibility, opened_session, leaves_at, sits_again FROM seat
WHERE session_id = :session_id AND sits_again = 1 ORDER BY member_id;

-- name: carry_seat(session_id, member_id, guild_id, visibility, opened_session)!
INSERT INTO seat (session_id, member_id, guild_id, visibility, opened_session)
VALUES (:session_id, :member_id, :guild_id, :visibility, :opened_session);

-- name: set_sits_again(session_id, member_id, sits_again)!
UPDATE seat SET sits_again = :sits_again WHERE session_id = :session_id AND member_id = :member_id;

-- name: set_leaves_at(session_id, member_id, leaves_at)
UPDATE seat SET leaves_at = :leaves_at WHERE session_id = :session_id AND member_id = :member_id
RETURNING session_id;

-- name: remove_expired_seats(session_id, now)
DELETE FROM seat WHERE session_id = :session_id AND leaves_at <= :now RETURNING session_id;

-- name: next_leaves_at(session_id)
-- Without moments that cannot be read.
SELECT MIN(leaves_at) AS leaves_at FROM seat
WHERE session_id = :session_id AND leaves_at BETWEEN 0 AND 253370764800;

-- name: add_arrival(session_id, member_id, guild_id)
INSERT INTO arrival (session_id, member_id, guild_id) VALUES (:session_id, :member_id, :guild_id)
ON CONFLICT (session_id, member_id) DO NOTHING
RETURNING session_id;

-- name: get_seat_consents(member_id, guild_id, show_name, weekly_counts)
-- show_name and weekly_counts are the versions of these consent texts that are in force.
SELECT
    EXISTS (
        SELECT 1 FROM consent WHERE member_id = :member_id AND guild_id = :guild_id
            AND purpose = 'show_name' AND version = :show_name
    ) AS shows_name,
    EXISTS (
        SELECT 1 FROM consent WHERE member_id = :member_id AND guild_id = :guild_id
            AND purpose = 'weekly_counts' AND version = :weekly_counts
    ) AS counts_weeks,
    EXISTS (
        SELECT 1 FROM consent WHERE member_id = :member_id AND guild_id = :guild_id
    ) AS has_consents;

-- name: count_on_card(session_id)
SELECT
    (SELECT COUNT(*) FROM seat WHERE session_id = :session_id AND visibility <> 'hidden') AS seats,
    (SELECT COUNT(*) FROM arrival WHERE session_id = :session_id) AS arrivals;

-- name: named_seats(session_id, most)
SELECT member_id FROM seat WHERE session_id = :session_id AND visibility = 'named'
ORDER BY member_id LIMIT :most;
