"""The check-in texts that a server's moderators wrote: checked against the voice guide, saved, removed."""

from dataclasses import dataclass

from bot.checkins.prompts.model import LONGEST_PROMPT, MOST_PROMPTS, Prompt, length
from bot.errors import RefusalError
from bot.readers.refusal import checked_name
from bot.storage.database import Database, Statements
from bot.texts import voice

_LONGEST_READ = 4 * LONGEST_PROMPT  # the limit itself counts UTF-16 units, and has a text of its own
_FALLBACK = "en"  # its lists are used for languages that have none


@dataclass(frozen=True, slots=True)
class Review:
    """A text as it would be saved, and the remarks about it: the voice rules that it breaks."""

    words: str
    remarks: tuple[voice.Breach, ...]

    @property
    def is_refused(self) -> bool:
        """Whether it can't be saved as it is, whatever the moderator decides."""
        return any(each.rule in voice.REFUSED for each in self.remarks)


class Prompts:
    """Checks, saves and removes the texts that moderators write. Moderators see texts, never people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_guild(self, guild_id: int) -> list[Prompt]:
        """Return the server's own texts, oldest first."""

        async def work(statements: Statements) -> list[Prompt]:
            return await prompts_of(statements, guild_id)

        return await self._database.read(work)

    async def review(self, guild_id: int, typed: str, locale: str) -> Review:
        """Return a text as it would be saved, with all remarks by the rules of the language `locale`.

        Raises RefusalError if it is empty, too long, or has hidden characters, and if the server has it
        already or has no space for another.
        """
        found = _review(typed, locale)

        async def work(statements: Statements) -> None:
            await _require_room(statements, guild_id, found.words)

        await self._database.read(work)
        return found

    async def add(self, guild_id: int, typed: str, locale: str, *, despite_advice: bool = False) -> Prompt:
        """Save a text. Raises RefusalError as `review` does, and if there are remarks.

        With `despite_advice`, remarks that are only advice are accepted.
        """
        found = _review(typed, locale)
        words = found.words
        if found.is_refused or (found.remarks and not despite_advice):
            raise RefusalError("refusals.prompt_remarks")

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


def _review(typed: str, locale: str) -> Review:
    if not typed.strip():
        raise RefusalError("refusals.prompt_empty")
    words = checked_name(typed, _LONGEST_READ)
    if length(words) > LONGEST_PROMPT:
        raise RefusalError("refusals.prompt_long", most=LONGEST_PROMPT)
    return Review(words, tuple(voice.prompt_breaches(words, voice.lists(locale) or _english())))


def _english() -> voice.Lists:
    found = voice.lists(_FALLBACK)
    if found is None:
        raise LookupError(_FALLBACK)
    return found
