"""The core of Alongside: quiet rooms, check-ins and consent. Only `bot.client` knows Discord."""
