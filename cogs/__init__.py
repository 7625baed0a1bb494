"""The Discord side of the bot: commands, buttons, forms and cards. The client provides the services."""
