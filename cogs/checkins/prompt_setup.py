"""A server's own check-in texts: checked, previewed, and kept by one tap more."""

import discord
from discord import ui

from bot.checkins.prompts.model import Prompt
from bot.checkins.prompts.rules import LONGEST_PROMPT
from bot.checkins.prompts.service import Prompts
from bot.gateway.client import Client, Interaction
from bot.texts.catalogue import Say, escape
from cogs.ui.components import button
from cogs.ui.forms import Form, typed
from cogs.ui.guards import managed
from cogs.ui.panels import Lines, panel, replace_panel, send_panel, texts_for


class PromptDesk:
    """Answers moderators. A text is in the buttons of its preview until it is kept, stored nowhere."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    def register(self, bot: Client) -> None:
        """Name the actions."""
        bot.on_action("prompts:keep", self.keep)
        bot.on_action("prompts:ask", self.ask)
        bot.on_action("prompts:set", self.propose)
        bot.on_action("prompts:discard", self.discard)

    async def propose(self, interaction: Interaction, words: str) -> None:
        """Show a text as members would get it. Raises RefusalError for what the voice guide rules out."""
        guild_id = managed(interaction)
        words = typed(interaction).get("words", words)
        words = await self._prompts.check(guild_id, words, await _language(interaction))
        server = interaction.guild.name if interaction.guild else ""
        view = _preview(words, server, texts_for(interaction))
        if interaction.message is None:
            await send_panel(interaction, view)
        else:
            await replace_panel(interaction, view)

    async def keep(self, interaction: Interaction, words: str) -> None:
        """Keep a text, checked again."""
        prompt = await self._prompts.add(managed(interaction), words, await _language(interaction))
        await replace_panel(
            interaction, panel([texts_for(interaction)("prompts.kept", words=prompt.words)])
        )

    async def ask(self, interaction: Interaction, words: str) -> None:
        """Open the form for other words."""
        managed(interaction)
        say = texts_for(interaction)
        form = Form(say("prompts.form.title"), "prompts:set").ask(
            "words",
            say("prompts.form.words"),
            description=say("prompts.form.hint"),
            value=words,
            longest=LONGEST_PROMPT,
        )
        await interaction.response.send_modal(form)

    async def discard(self, interaction: Interaction, _: str) -> None:
        """Say that nothing was kept."""
        await replace_panel(interaction, panel([texts_for(interaction)("prompts.discarded")]))

    async def show(self, interaction: Interaction) -> None:
        """List the server's own texts."""
        say, own = texts_for(interaction), await self._prompts.of_guild(managed(interaction))
        if not own:
            await send_panel(interaction, panel([say("prompts.none")]))
            return
        lines = [say("prompts.line", words=each.words) for each in own]
        await send_panel(interaction, panel([say("prompts.title"), Lines(lines)]))

    async def remove(self, interaction: Interaction, chosen: str) -> None:
        """Remove a text, by its number or its words."""
        guild_id = managed(interaction)
        number = next((each.prompt_id for each in await self.own(guild_id) if _is(each, chosen)), 0)
        prompt = await self._prompts.remove(guild_id, number)
        await send_panel(
            interaction, panel([texts_for(interaction)("prompts.removed", words=prompt.words)])
        )

    async def own(self, guild_id: int) -> list[Prompt]:
        """Return the server's own texts."""
        return await self._prompts.of_guild(guild_id)


def _is(prompt: Prompt, chosen: str) -> bool:
    return chosen.strip() in {str(prompt.prompt_id), prompt.words}


async def _language(interaction: Interaction) -> str:
    return (await interaction.client.say_to_server(interaction.guild_id or 0)).language


def _preview(words: str, server: str, say: Say) -> ui.LayoutView:
    answers = [
        button(say("checkins.answer.here"), "checkins:here", disabled=True),
        button(say("checkins.answer.quiet"), "checkins:quiet", disabled=True),
        button(say("checkins.answer.pass"), "checkins:pass", disabled=True),
        button(say("checkins.button.change"), "checkins:change", disabled=True),
    ]
    choices = [
        button(say("prompts.button.keep"), "prompts:keep", words, discord.ButtonStyle.primary),
        button(say("prompts.button.change"), "prompts:ask", words),
        button(say("prompts.button.discard"), "prompts:discard"),
    ]
    texts = [say("prompts.preview"), escape(words), say("checkins.from_own", server=server)]
    return panel(texts, [answers, choices])
