"""The core of Alongside: quiet rooms, check-ins and consent. Only `bot.gateway` knows Discord."""
