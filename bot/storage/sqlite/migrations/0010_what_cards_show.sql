-- Whether the card of a session shows all that changed, so that a start refreshes only cards that do not.

ALTER TABLE session ADD COLUMN changes INTEGER NOT NULL DEFAULT 0; -- how often what the card shows changed
ALTER TABLE session ADD COLUMN painted INTEGER NOT NULL DEFAULT 0; -- how many of these it was seen to show

CREATE TRIGGER seat_taken AFTER INSERT ON seat BEGIN
    UPDATE session SET changes = changes + 1 WHERE session_id = NEW.session_id;
END;
CREATE TRIGGER seat_left AFTER DELETE ON seat BEGIN
    UPDATE session SET changes = changes + 1 WHERE session_id = OLD.session_id;
END;
CREATE TRIGGER seat_changed AFTER UPDATE OF presence ON seat BEGIN
    UPDATE session SET changes = changes + 1 WHERE session_id = NEW.session_id;
END;
CREATE TRIGGER arrival_noted AFTER INSERT ON arrival BEGIN
    UPDATE session SET changes = changes + 1 WHERE session_id = NEW.session_id;
END;
