-- Consents end by themselves: each keeps the month of the member's last tap, and no closer moment.

ALTER TABLE consent ADD COLUMN tapped_month INTEGER NOT NULL DEFAULT 0; -- year * 100 + month, UTC
UPDATE consent SET tapped_month = CAST(strftime('%Y%m', granted_at, 'unixepoch') AS INTEGER);

-- Which kinds can be due is known to the program alone (`Kind` in bot/scheduling/worker.py): a new one is no migration.
CREATE TABLE due_anew (
    kind TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    subject_id INTEGER NOT NULL, -- what it is about; 0: the deployment
    occurs_at INTEGER NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0, -- how often this occurrence was begun
    PRIMARY KEY (kind, due_at, subject_id)
) STRICT, WITHOUT ROWID;
INSERT INTO due_anew (kind, due_at, subject_id, occurs_at, claims)
SELECT kind, due_at, subject_id, occurs_at, claims FROM due;
DROP TABLE due;
ALTER TABLE due_anew RENAME TO due;
CREATE UNIQUE INDEX due_of_subject ON due (kind, subject_id);
