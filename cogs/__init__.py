"""Discord in, Discord out: commands, buttons, forms and cards. Services come from the client."""
