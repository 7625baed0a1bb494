"""Room notices: a direct message when a scheduled session of a room that a member chose opens."""
