-- A tap whose answer may not be shown yet, so that the check-in is not forgotten with its buttons still there.

ALTER TABLE cadence ADD COLUMN tapped INTEGER NOT NULL DEFAULT 0; -- that the one in view had a tap
