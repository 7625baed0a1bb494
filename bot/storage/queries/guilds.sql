-- name: get_guild(guild_id)
SELECT
    guild_id, zone, is_zone_chosen, help_contacts, locale, removed_at, paused_at, resumes_at,
    moderators_channel_id, moderators_problem, moderators_messages
FROM guild WHERE guild_id = :guild_id;

-- name: removed_guilds()
SELECT guild_id FROM guild WHERE removed_at IS NOT NULL;

-- name: set_locale(guild_id, zone, locale)!
INSERT INTO guild (guild_id, zone, help_contacts, locale) VALUES (:guild_id, :zone, '', :locale)
ON CONFLICT (guild_id) DO UPDATE SET locale = excluded.locale;

-- name: set_removed_at(guild_id, zone, removed_at)
INSERT INTO guild (guild_id, zone, help_contacts, removed_at) VALUES (:guild_id, :zone, '', :removed_at)
ON CONFLICT (guild_id) DO UPDATE SET removed_at = excluded.removed_at
WHERE guild.removed_at IS NULL
RETURNING guild_id;

-- name: clear_removed_at(guild_id)
UPDATE guild SET removed_at = NULL
WHERE guild_id = :guild_id AND removed_at IS NOT NULL RETURNING guild_id;

-- name: pause_guild(guild_id, zone, paused_at, resumes_at)!
-- A server that is paused already stays paused since then, and ends its pause at the new moment.
INSERT INTO guild (guild_id, zone, help_contacts, paused_at, resumes_at)
VALUES (:guild_id, :zone, '', :paused_at, :resumes_at)
ON CONFLICT (guild_id) DO UPDATE
SET paused_at = COALESCE(guild.paused_at, excluded.paused_at), resumes_at = excluded.resumes_at;

-- name: resume_guild(guild_id)
UPDATE guild SET paused_at = NULL, resumes_at = NULL
WHERE guild_id = :guild_id AND paused_at IS NOT NULL RETURNING guild_id;

-- name: remove_sessions(guild_id)!
DELETE FROM session WHERE guild_id = :guild_id;

-- name: set_zone(guild_id, zone)!
INSERT INTO guild (guild_id, zone, is_zone_chosen, help_contacts) VALUES (:guild_id, :zone, 1, '')
ON CONFLICT (guild_id) DO UPDATE SET zone = excluded.zone, is_zone_chosen = 1;

-- name: set_help_contacts(guild_id, zone, help_contacts)!
INSERT INTO guild (guild_id, zone, help_contacts) VALUES (:guild_id, :zone, :help_contacts)
ON CONFLICT (guild_id) DO UPDATE SET help_contacts = excluded.help_contacts;

-- name: get_deployment(name)
SELECT value FROM deployment WHERE name = :name;

-- name: set_deployment(name, value)!
INSERT INTO deployment (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: request_vacuum()!
-- A unit that deletes asks in this way for its rows to leave the database's files too: requests are counted, and a
-- vacuum notes the newest request that it covers.
INSERT INTO deployment (name, value) VALUES ('vacuums requested', '1')
ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(deployment.value AS BIGINT) + 1 AS TEXT);

-- name: pending_vacuum()
SELECT CAST(requested.value AS BIGINT) AS number FROM deployment AS requested
LEFT JOIN deployment AS done ON done.name = 'vacuums done'
WHERE requested.name = 'vacuums requested'
    AND (done.value IS NULL OR CAST(done.value AS BIGINT) < CAST(requested.value AS BIGINT));

-- name: note_vacuum(number)!
INSERT INTO deployment (name, value) VALUES ('vacuums done', :number)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE CAST(deployment.value AS BIGINT) < CAST(excluded.value AS BIGINT);
