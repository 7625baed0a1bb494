-- One process works on a database, so a claim need not say whose it is.

ALTER TABLE due DROP COLUMN held_by;
