"""A server's own check-in texts: checked by the voice guide, kept, listed, removed."""

from bot.checkins.prompts.model import Prompt
from bot.checkins.prompts.rules import LONGEST_PROMPT, MOST_PROMPTS, length, tidy_prompt
from bot.errors import RefusalError
from bot.storage.database import Database
from bot.texts import voice

_FALLBACK = "en"  # its lists hold where a language has none


class Prompts:
    """Keeps what moderators write for their members' check-ins. Moderators see texts, never people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_guild(self, guild_id: int) -> list[Prompt]:
        """Return the server's own texts, oldest first."""
        return await self._database.legacy_read.all(Prompt, "prompts_of_guild", guild_id=guild_id)

    async def check(self, guild_id: int, typed: str, locale: str) -> str:
        """Return a text as it would be kept; `locale` is the catalogue that its language has.

        Raises RefusalError, which says what the voice guide rules out, and why, with a better example.
        """
        words = typed.strip()
        for breach in voice.prompt_breaches(words, voice.lists(locale) or _english()):
            raise RefusalError(f"refusals.prompt.{breach.rule}", found=breach.found[:LONGEST_PROMPT])
        words = tidy_prompt(words)
        if length(words) > LONGEST_PROMPT:
            raise RefusalError("refusals.prompt.long", most=LONGEST_PROMPT)
        own = await self.of_guild(guild_id)
        if len(own) >= MOST_PROMPTS:
            raise RefusalError("refusals.prompts_full", most=MOST_PROMPTS)
        if words in (each.words for each in own):
            raise RefusalError("refusals.prompt_there")
        return words

    async def add(self, guild_id: int, typed: str, locale: str) -> Prompt:
        """Keep a text. Raises RefusalError as `check` does."""
        words = await self.check(guild_id, typed, locale)
        async with self._database.legacy_write() as tx:
            prompt = await tx.one(Prompt, "add_prompt", guild_id=guild_id, words=words, most=MOST_PROMPTS)
        if prompt is None:
            raise RefusalError("refusals.prompt_there")
        return prompt

    async def remove(self, guild_id: int, prompt_id: int) -> Prompt:
        """Remove a text of the server. Raises RefusalError if it has none such."""
        async with self._database.legacy_write() as tx:
            prompt = await tx.one(Prompt, "remove_prompt", guild_id=guild_id, prompt_id=prompt_id)
        if prompt is None:
            raise RefusalError("refusals.prompt_gone")
        return prompt


def _english() -> voice.Lists:
    found = voice.lists(_FALLBACK)
    if found is None:
        raise LookupError(_FALLBACK)
    return found
