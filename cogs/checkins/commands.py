"""`/checkins`, `/pause` and `/resume`."""

from discord import app_commands
from discord.ext import commands

from bot.checkins.personal.service import Checkins
from bot.gateway.client import Interaction
from bot.gateway.command_texts import choice
from bot.gateway.interactions import anyone, guarded
from bot.scheduling.quiet_times import UNTIL_RESUMED
from cogs.checkins import panels
from cogs.checkins.choices import PER_WEEK, WINDOWS, Wanted
from cogs.checkins.delivery import CheckinDelivery
from cogs.checkins.servers import CheckinServers
from cogs.checkins.status import CheckinStatus
from cogs.ui.panels import send_panel, texts_for
from cogs.ui.typed_values import TypedValues


class CheckinsCog(commands.Cog):
    """The commands of personal check-ins."""

    def __init__(
        self,
        checkins: Checkins,
        delivery: CheckinDelivery,
        servers: CheckinServers,
        status: CheckinStatus,
    ) -> None:
        self._checkins = checkins
        self._delivery = delivery
        self._servers = servers
        self._status = status

    @guarded(anyone)
    @app_commands.command()
    @app_commands.choices(
        window=[choice(name, f"command_choices.window.{name}") for name in WINDOWS],
    )
    @app_commands.choices(
        per_week=[choice(count, "command_choices.per_week", count=count) for count in PER_WEEK]
    )
    async def checkins(
        self,
        interaction: Interaction,
        days: str | None = None,
        window: str | None = None,
        zone: str | None = None,
        per_week: int | None = None,
    ) -> None:
        """Choose, look at, change or stop check-ins."""
        read = TypedValues.of(interaction)
        weekdays = None if days is None else read.days(days)
        zone = None if zone is None else read.zone(zone)
        await self._servers.open(interaction, Wanted(weekdays, window, zone, per_week))

    @checkins.autocomplete("zone")
    async def complete_zone(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer time zones, each with the time that it is there now."""
        return TypedValues.of(interaction).offered_zones(typed)

    @checkins.autocomplete("days")
    async def complete_days(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer days; after a comma, each is added to the days that were typed before it."""
        return TypedValues.of(interaction).offered_days(typed)

    @guarded(anyone)
    @app_commands.command()
    async def pause(self, interaction: Interaction, until: str | None = None) -> None:
        """Pause everything, in every server."""
        zone = await self._checkins.zone_of(interaction.user.id)
        read = TypedValues.of(interaction)
        days = None if until is None or read.is_no_end(until) else read.days_until(until, zone)
        ends_at = await self._status.pause_everything(interaction, days)
        await self._delivery.finish_sending(interaction.user.id)
        say = texts_for(interaction)
        if ends_at is None:
            text = say("checkins.nothing_to_pause")
        elif ends_at == UNTIL_RESUMED:
            text = say("checkins.paused_until_resumed")
        else:
            text = say("checkins.paused", until=ends_at)
        await send_panel(interaction, panels.line(text))

    @pause.autocomplete("until")
    async def complete_until(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Offer dates: the one that was typed, or the next days."""
        zone = await self._checkins.zone_of(interaction.user.id)
        return TypedValues.of(interaction).offered_ends(typed, zone)

    @guarded(anyone)
    @app_commands.command()
    async def resume(self, interaction: Interaction) -> None:
        """Start paused or stopped check-ins and room notices again, in every server."""
        said = await self._status.resume_everything(interaction)
        nothing = texts_for(interaction)("checkins.nothing_to_resume")
        await send_panel(interaction, panels.line(said or nothing))
