"""A member's consents as they are saved, read inside units of work."""

from bot.privacy.consent.model import Consent
from bot.storage.database import Statements


async def consents_of(statements: Statements, member_id: int, guild_id: int | None) -> list[Consent]:
    """Return a member's consents, in one server or (None) in all, those to outdated texts included."""
    if guild_id is None:
        return await statements.all(Consent, "consents_everywhere", member_id=member_id)
    return await statements.all(Consent, "consents_of_member", member_id=member_id, guild_id=guild_id)
