-- Totals of a server's weeks, from members who share theirs.

-- What was published of a week, once and for good; null: nothing. No person is in it.
CREATE TABLE total (
    guild_id INTEGER NOT NULL,
    week INTEGER NOT NULL, -- ISO year * 100 + ISO week
    sits INTEGER, -- blurred and rounded
    checkins INTEGER,
    PRIMARY KEY (guild_id, week)
) STRICT, WITHOUT ROWID;

-- Who shares in a server is found without reading everybody's consents.
CREATE INDEX consent_that_shares ON consent (guild_id, member_id) WHERE purpose = 'share_counts';
