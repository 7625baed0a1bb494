"""A member's next check-in is sent, and they tap it."""

from bot.checkins.personal.cadence import Cadence
from bot.scheduling.due_queue import Due, DueKind
from bot.services import Services
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN


async def send_next(services: Services, clock: ManualClock, cadence: Cadence) -> Cadence | None:
    """Move the clock to the next check-in and send it; return None if there is no next one."""
    moment = await services.checkins.next_at(cadence.cadence_id)
    if moment is None:
        return None
    clock.move_to(moment)
    prepared = await services.checkins.outbox.prepare(Due(DueKind.CHECKIN, cadence.cadence_id, moment))
    assert prepared is not None
    await services.checkins.outbox.note_sent(
        cadence.cadence_id, 9001 + prepared.cadence.sent, prepared.cadence.number
    )
    return await services.checkins.get(cadence.cadence_id, ANN)


async def tap(services: Services, cadence: Cadence) -> int:
    """Tap the check-in in view, and return its message."""
    in_view = (await services.checkins.get(cadence.cadence_id, ANN)).prompt_message_id or 0
    await services.checkins.note_answered(cadence.cadence_id, ANN, in_view)
    await services.checkins.outbox.forget_prompt(cadence.cadence_id, in_view)
    return in_view
