"""Mutation testing: change one small thing in the bot, and see whether a test fails."""
