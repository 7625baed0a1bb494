-- What is due is looked for by kind, so that none waits behind another, and says how often it was begun.

CREATE TABLE due_anew (
    kind TEXT NOT NULL CHECK (kind IN ('open', 'phase', 'checkin', 'leave', 'event', 'forget')),
    due_at INTEGER NOT NULL,
    subject_id INTEGER NOT NULL, -- schedule, session, cadence or server
    occurs_at INTEGER NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0, -- how often this occurrence was begun
    PRIMARY KEY (kind, due_at, subject_id)
) STRICT, WITHOUT ROWID;
INSERT INTO due_anew (kind, due_at, subject_id, occurs_at) SELECT kind, due_at, subject_id, occurs_at FROM due;
DROP TABLE due;
ALTER TABLE due_anew RENAME TO due;
CREATE UNIQUE INDEX due_of_subject ON due (kind, subject_id);
