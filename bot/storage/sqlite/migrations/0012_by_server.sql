-- What is kept of a server is found without reading what is kept of all: at every start, when it goes, and when the
-- bot is invited again. Weeks have no such index: they are the most by far, and it would double them.

CREATE INDEX consent_of_guild ON consent (guild_id, purpose);
DROP INDEX consent_that_shares; -- the one above finds who shares as well
CREATE INDEX cadence_of_guild ON cadence (guild_id);
CREATE INDEX native_event_of_guild ON native_event (guild_id);
