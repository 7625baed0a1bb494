"""The texts of check-ins: those of the catalogue, and those that a server's moderators wrote."""
