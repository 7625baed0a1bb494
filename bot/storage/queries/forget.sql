-- Statements that delete the data of a server: first for each personal table, then for the server's own tables.

-- name: forget_consent(guild_id)!
DELETE FROM consent WHERE guild_id = :guild_id;

-- name: forget_seat(guild_id)!
DELETE FROM seat WHERE guild_id = :guild_id;

-- name: forget_arrival(guild_id)!
DELETE FROM arrival WHERE guild_id = :guild_id;

-- name: forget_channel_checkin_answer(guild_id)!
DELETE FROM channel_checkin_answer WHERE guild_id = :guild_id;

-- name: forget_due(guild_id)!
DELETE FROM due WHERE guild_id = :guild_id AND kind <> 'forget_server';

-- name: forget_outbox(guild_id)!
DELETE FROM outbox WHERE guild_id = :guild_id;

-- name: forget_cadence(guild_id)!
DELETE FROM cadence WHERE guild_id = :guild_id;

-- name: forget_weekly_count(guild_id)!
DELETE FROM weekly_count WHERE guild_id = :guild_id;

-- name: forget_events(guild_id)!
DELETE FROM native_event WHERE guild_id = :guild_id;

-- name: forget_prompts(guild_id)!
DELETE FROM prompt WHERE guild_id = :guild_id;

-- name: forget_rooms(guild_id)!
DELETE FROM room WHERE guild_id = :guild_id;

-- name: forget_weekly_totals(guild_id)!
DELETE FROM weekly_total WHERE guild_id = :guild_id;

-- name: forget_guild(guild_id)!
DELETE FROM guild WHERE guild_id = :guild_id;
