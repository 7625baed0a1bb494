"""The set-up panel of a server: its buttons, selects and forms. `/quiet setup` shows it."""

from collections.abc import Awaitable, Callable
from functools import partial

from discord import ui

from bot.errors import RefusalError, StaleError
from bot.fingerprint import fingerprint
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.rooms.rules import LENGTHS
from bot.rooms.schedules.model import Plan, Span
from bot.rooms.schedules.service import Schedules
from bot.rooms.service import Rooms
from bot.rooms.sessions.service import Sessions
from bot.servers.days_off.service import DaysOff
from bot.servers.model import Guild
from bot.servers.service import LONGEST_HELP_CONTACTS, ServerSettings
from bot.texts.catalogue import locales
from cogs.rooms import schedule_forms, schedule_panels
from cogs.rooms.room_creation import create_room
from cogs.servers import panels, routes
from cogs.ui.forms import Form, typed
from cogs.ui.panels import chosen, replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload
from cogs.ui.time_format import clock_in
from cogs.ui.typed_values import TypedValues


class ServerSetup:
    """Changes a server's set-up. Each change is answered with the updated panel."""

    def __init__(
        self,
        settings: ServerSettings,
        rooms: Rooms,
        schedules: Schedules,
        sessions: Sessions,
        days_off: DaysOff,
    ) -> None:
        self._settings = settings
        self._rooms = rooms
        self._schedules = schedules
        self._sessions = sessions
        self._days_off = days_off

    async def show(self, interaction: Interaction, done: str = "") -> None:
        """Show the panel privately, or replace the tapped one; `done` says what was changed."""
        guild_id = guild_id_of(interaction)
        listings = {each.room.room_id: each for each in await self._sessions.listing(guild_id)}
        rooms = [
            panels.RoomLine(each.room, await self._schedules.of_room(room_id), each.next_at)
            for room_id, each in listings.items()
        ]
        guild = await self._settings.get(guild_id)
        languages = _languages(interaction, guild)
        off = await self._days_off.of_guild(guild_id)
        view = panels.setup(guild, languages, rooms, off, texts_for(interaction), done)
        await _answer(interaction, view)

    async def set_zone(self, interaction: Interaction, typed_zone: str, seen: int | None = None) -> None:
        """Save the server's zone; `seen` is the fingerprint of the one that a form showed."""
        read = TypedValues.of(interaction)
        zone = read.zone(typed_zone)
        done = read.say("setup.done_zone", zone=zone, now=clock_in(zone, read.now))
        await self._save(interaction, partial(self._settings.set_zone, zone=zone, seen=seen), done)

    @routes.SHOW_SETUP.handler
    async def show_from_button(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the panel again."""
        await self.show(interaction)

    async def _save(
        self, interaction: Interaction, save: Callable[[int], Awaitable[bool]], done: str
    ) -> None:
        """Save a choice for the server, and show the panel, which says `done` or that nothing changed."""
        is_changed = await save(guild_id_of(interaction))
        await self.show(interaction, done if is_changed else texts_for(interaction)("setup.unchanged"))

    @routes.ADD_ROOM.handler
    async def add_room(self, interaction: Interaction, _: NoPayload) -> None:
        """Add a room in the channel that was chosen, with the channel's name."""
        room = await create_room(interaction, self._rooms, chosen(interaction, int), None, None)
        await self.show(interaction, texts_for(interaction)("setup.done_room", room=room.name))

    @routes.SET_LANGUAGE.handler
    async def set_language(self, interaction: Interaction, payload: routes.Seen) -> None:
        """Save the language of cards that was chosen, or follow Discord's."""
        locale = chosen(interaction, str)
        wanted = None if locale == panels.FOLLOW_DISCORD else locale
        done = texts_for(interaction)("setup.done_language")
        save = partial(self._settings.set_locale, locale=wanted, seen=payload.fingerprint)
        try:
            await self._save(interaction, save, done)
        except StaleError as stale:
            await self.show(interaction, texts_for(interaction)(stale.key))

    @routes.ASK_ZONE.handler
    async def ask_zone(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for the zone."""
        guild = await self._settings.get(guild_id_of(interaction))
        seen = routes.Seen(fingerprint(guild.zone))
        await interaction.response.send_modal(await self.zone_form(interaction, seen))

    @routes.SET_ZONE.form
    async def zone_form(self, interaction: Interaction, _: routes.Seen) -> Form:
        """Return the form for the zone, as it is now."""
        say = texts_for(interaction)
        guild = await self._settings.get(guild_id_of(interaction))
        return Form(say("setup.form.zone"), routes.SET_ZONE(fingerprint(guild.zone))).ask(
            "zone", say("setup.form.zone_label"), description=say("setup.form.zone_hint"), value=guild.zone
        )

    @routes.SET_ZONE.handler
    async def set_zone_from_form(self, interaction: Interaction, payload: routes.Seen) -> None:
        """Save the zone that was typed."""
        await self.set_zone(interaction, typed(interaction).text("zone"), payload.fingerprint)

    @routes.ASK_HELP_CONTACTS.handler
    async def ask_help_contacts(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for the help contacts."""
        guild = await self._settings.get(guild_id_of(interaction))
        seen = routes.Seen(fingerprint(guild.help_contacts))
        await interaction.response.send_modal(await self.help_contacts_form(interaction, seen))

    @routes.SET_HELP_CONTACTS.form
    async def help_contacts_form(self, interaction: Interaction, _: routes.Seen) -> Form:
        """Return the form for the help contacts, as they are now."""
        say = texts_for(interaction)
        guild = await self._settings.get(guild_id_of(interaction))
        custom_id = routes.SET_HELP_CONTACTS(fingerprint(guild.help_contacts))
        return Form(say("setup.form.help_contacts"), custom_id).ask(
            "help_contacts",
            say("setup.form.help_contacts_label"),
            description=say("setup.form.help_contacts_hint"),
            value=guild.help_contacts,
            longest=LONGEST_HELP_CONTACTS,
            required=False,
            paragraph=True,
        )

    @routes.SET_HELP_CONTACTS.handler
    async def set_help_contacts(self, interaction: Interaction, payload: routes.Seen) -> None:
        """Save what /help-now shows."""
        contacts = typed(interaction).text("help_contacts")
        key = "setup.done_help_contacts" if contacts.strip() else "setup.done_no_help_contacts"
        save = partial(self._settings.set_help_contacts, help_contacts=contacts, seen=payload.fingerprint)
        await self._save(interaction, save, texts_for(interaction)(key))

    @routes.ASK_SCHEDULE.handler
    async def ask_schedule(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for a schedule."""
        await interaction.response.send_modal(await self.schedule_form(interaction, NoPayload()))

    @routes.ADD_SCHEDULE.form
    async def schedule_form(self, interaction: Interaction, _: NoPayload) -> Form:
        """Return the form for a schedule."""
        say, guild_id = texts_for(interaction), guild_id_of(interaction)
        rooms = await self._rooms.of_guild(guild_id)
        if not rooms:
            raise RefusalError("refusals.no_rooms")
        choices = [(str(room.room_id), room.name) for room in rooms]
        lengths = [(str(each), say("setup.form.minutes", count=each)) for each in LENGTHS]
        form = (
            Form(say("setup.form.schedule"), routes.ADD_SCHEDULE())
            .choose("room", say("setup.form.room"), choices)
            .ask("days", say("setup.form.days"), description=say("setup.form.days_hint"))
            .ask("time", say("setup.form.time"), description=say("setup.form.time_hint"))
            .choose("minutes", say("setup.form.length"), lengths)
        )
        if (await self._settings.get(guild_id)).is_zone_chosen:  # a form has space for five inputs
            form.choose("repeat", say("setup.form.repeat"), schedule_forms.repeat_choices(say))
        else:
            hint = say("setup.form.first_zone_hint")
            form.ask("zone", say("setup.form.zone_label"), description=hint, required=False)
        usual = {"minutes": str(LENGTHS[-2]), "repeat": "1"}
        return form.fill(usual | ({"room": choices[0][0]} if len(rooms) == 1 else {}))

    @routes.ADD_SCHEDULE.handler
    async def add_schedule(self, interaction: Interaction, _: NoPayload) -> None:
        """Add the schedule that was chosen to a room, in the server's zone, which the first form sets."""
        guild_id, given = guild_id_of(interaction), typed(interaction)
        room_id, minutes = given.value("room", int), given.value("minutes", int)
        read = TypedValues.of(interaction)
        weekdays, local_minute = read.weekly(given.text("days"), given.text("time"))
        room = await self._rooms.get(guild_id, room_id)
        asked_zone = given.fields.get("zone")
        typed_zone = (asked_zone or "").strip()
        zone = read.zone(typed_zone) if typed_zone else (await self._settings.get(guild_id)).zone
        weeks = given.value("repeat", int) if "repeat" in given.fields else 1
        span = Span(weeks, week_start=read.week_start)
        schedule = await self._schedules.add(guild_id, room_id, weekdays, local_minute, zone, minutes, span)
        if asked_zone is not None:  # empty: UTC was chosen
            await self._settings.set_first_zone(guild_id, zone)
        say, plan = texts_for(interaction), Plan(schedule)
        upcoming = self._schedules.upcoming(plan, schedule_panels.PREVIEWED)
        done = say("setup.done_schedule", room=room.name, when=schedule_panels.when(schedule, say))
        preview = schedule_panels.preview(schedule_panels.Timetable(room, plan, upcoming), say)
        await self.show(interaction, f"{done}\n{preview}")


def _languages(interaction: Interaction, guild: Guild) -> panels.Languages:
    texts = interaction.client.services.texts
    names = {locale: texts.say("language.name", locale) for locale in locales()}
    preferred = interaction.guild.preferred_locale.value if interaction.guild else None
    return panels.Languages(names, guild.locale, texts.locale_of(guild.locale or preferred))


async def _answer(interaction: Interaction, view: ui.LayoutView) -> None:
    if interaction.message is not None:
        await replace_panel(interaction, view)
    else:
        await send_panel(interaction, view)
