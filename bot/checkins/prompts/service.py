"""The check-in texts that a server's moderators wrote: checked against the voice guide, saved, removed."""

from bot.checkins.prompts.model import LONGEST_PROMPT, MOST_PROMPTS, Prompt, length, tidy_prompt
from bot.errors import RefusalError
from bot.storage.database import Database, Statements
from bot.texts import voice

_FALLBACK = "en"  # its lists are used for languages that have none


class Prompts:
    """Checks, saves and removes the texts that moderators write. Moderators see texts, never people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_guild(self, guild_id: int) -> list[Prompt]:
        """Return the server's own texts, oldest first."""

        async def work(statements: Statements) -> list[Prompt]:
            return await prompts_of(statements, guild_id)

        return await self._database.read(work)

    async def check(self, guild_id: int, typed: str, locale: str) -> str:
        """Return a text as it would be saved, checked by the rules of the language `locale`.

        Raises RefusalError, which says what the voice guide does not allow, and why, with a better example.
        """
        words = _checked(typed, locale)

        async def work(statements: Statements) -> None:
            await _require_room(statements, guild_id, words)

        await self._database.read(work)
        return words

    async def add(self, guild_id: int, typed: str, locale: str) -> Prompt:
        """Save a text. Raises RefusalError as `check` does."""
        words = _checked(typed, locale)

        async def work(statements: Statements) -> Prompt:
            await _require_room(statements, guild_id, words)
            added = await statements.one(
                Prompt, "add_prompt", guild_id=guild_id, words=words, most=MOST_PROMPTS
            )
            if added is None:
                raise RefusalError("refusals.prompt_there")
            return added

        return await self._database.write(work)

    async def remove(self, guild_id: int, prompt_id: int) -> Prompt:
        """Remove a text of the server. Raises RefusalError if the server does not have it."""

        async def work(statements: Statements) -> Prompt:
            removed = await statements.one(Prompt, "remove_prompt", guild_id=guild_id, prompt_id=prompt_id)
            if removed is None:
                raise RefusalError("refusals.prompt_gone")
            return removed

        return await self._database.write(work)


async def prompts_of(statements: Statements, guild_id: int) -> list[Prompt]:
    """Return a server's own texts, oldest first, inside a unit of work."""
    return await statements.all(Prompt, "prompts_of_guild", guild_id=guild_id)


async def _require_room(statements: Statements, guild_id: int, words: str) -> None:
    own = await prompts_of(statements, guild_id)
    if len(own) >= MOST_PROMPTS:
        raise RefusalError("refusals.prompts_full", most=MOST_PROMPTS)
    if words in (each.words for each in own):
        raise RefusalError("refusals.prompt_there")


def _checked(typed: str, locale: str) -> str:
    words = typed.strip()
    for breach in voice.prompt_breaches(words, voice.lists(locale) or _english()):
        raise RefusalError(f"refusals.prompt.{breach.rule}", found=breach.found[:LONGEST_PROMPT])
    words = tidy_prompt(words)
    if length(words) > LONGEST_PROMPT:
        raise RefusalError("refusals.prompt.long", most=LONGEST_PROMPT)
    return words


def _english() -> voice.Lists:
    found = voice.lists(_FALLBACK)
    if found is None:
        raise LookupError(_FALLBACK)
    return found
