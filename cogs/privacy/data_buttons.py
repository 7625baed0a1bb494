"""The buttons of `/my-data`: showing, exporting and deleting what is saved about a member."""

from collections.abc import Sequence

from bot.gateway.client import Interaction
from bot.gateway.shared_servers import SharedServer
from bot.privacy.erasure import Erasure
from bot.privacy.export import MemberData
from cogs.privacy import data_panels, panels, routes
from cogs.privacy.data_panels import DataView
from cogs.privacy.routes import DataScope
from cogs.ui.panels import chosen, replace_panel, send_file, send_panel, texts_for
from cogs.ui.routes import NoPayload


class DataButtons:
    """Shows, exports and erases what is saved about a member."""

    def __init__(self, member_data: MemberData, erasure: Erasure) -> None:
        self._member_data = member_data
        self._erasure = erasure

    @routes.SHOW_DATA.handler
    async def show(self, interaction: Interaction, payload: DataScope) -> None:
        """Show every row."""
        rows = await self._member_data.rows(interaction.user.id, payload.guild_id)
        known = {int(row["guild_id"] or 0) for each in rows for row in each.rows}
        servers = await interaction.client.shared_servers.with_bot(known)
        view = await _view(interaction, payload.guild_id, servers)
        places, now = await self._member_data.places(rows), interaction.client.services.clock.now()
        await send_panel(interaction, data_panels.data(rows, places, view, now, texts_for(interaction)))

    @routes.CHOOSE_DATA.handler
    async def show_chosen(self, interaction: Interaction, _: NoPayload) -> None:
        """Show every row of the server that was chosen."""
        await self.show(interaction, DataScope(chosen(interaction, int)))

    @routes.EXPORT_DATA.handler
    async def export(self, interaction: Interaction, payload: DataScope) -> None:
        """Send the rows as a file."""
        locale = interaction.locale.value
        document = await self._member_data.export(interaction.user.id, payload.guild_id, locale)
        say = texts_for(interaction)
        without = panels.line(f"{say('files.refused')}\n{say('data.export_in_dm')}")
        text = say("data.exported" if payload.guild_id is None else "data.exported_of_server")
        await send_file(interaction, text, document, "alongside-export.json", without=without)

    @routes.ASK_TO_DELETE.handler
    async def ask_to_delete(self, interaction: Interaction, payload: DataScope) -> None:
        """Ask whether to delete everything, in one server or in all."""
        view = data_panels.delete(await _view(interaction, payload.guild_id), texts_for(interaction))
        await send_panel(interaction, view)

    @routes.ERASE.handler
    async def erase(self, interaction: Interaction, payload: DataScope) -> None:
        """Delete everything, then show the receipt."""
        count = await self._erasure.erase_member(interaction.user.id, payload.guild_id)
        now, say = interaction.client.services.clock.now(), texts_for(interaction)
        view = await _view(interaction, payload.guild_id)
        await replace_panel(interaction, data_panels.deleted(now, say, view, was_saved=count > 0))

    @routes.KEEP.handler
    async def keep(self, interaction: Interaction, _: NoPayload) -> None:
        """Answer that nothing was deleted."""
        await replace_panel(interaction, panels.line(texts_for(interaction)("data.kept")))


async def _view(
    interaction: Interaction, guild_id: int | None, servers: Sequence[SharedServer] = ()
) -> DataView:
    """Return what a panel shows. It names the server, unless the member is there."""
    if guild_id in (None, interaction.guild_id):
        return DataView(guild_id, servers=servers)
    named = await interaction.client.server_name(guild_id or 0, texts_for(interaction))
    return DataView(guild_id, named, servers)
