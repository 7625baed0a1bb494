"""A server's own check-in texts: checked, previewed, and saved by one more tap."""

from functools import partial

import discord
from discord import ui

from bot.checkins.prompts.model import LONGEST_PROMPT, Prompt
from bot.checkins.prompts.service import Prompts
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.texts.catalogue import Say, escape
from cogs.checkins import routes
from cogs.ui.answers import answer_buttons
from cogs.ui.forms import Form, typed
from cogs.ui.panels import Lines, button, panel, replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload

_NO_CADENCE = (1 << 63) - 1  # no cadence has this id: for buttons that cannot be tapped


class PromptSetup:
    """Answers moderators. Until a text is saved, it is only in the buttons of its preview."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    async def propose(self, interaction: Interaction, words: str) -> None:
        """Show a text as members would get it. Raises RefusalError if it breaks the voice guide."""
        guild_id = guild_id_of(interaction)
        words = await self._prompts.check(guild_id, words, await _language(interaction))
        server = interaction.guild.name if interaction.guild else ""
        view = _preview(words, server, texts_for(interaction))
        if interaction.message is None:
            await send_panel(interaction, view)
        else:
            await replace_panel(interaction, view)

    @routes.SET_PROMPT.handler
    async def propose_typed(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the text that was typed into the form."""
        await self.propose(interaction, typed(interaction).text("words"))

    @routes.SAVE_PROMPT.handler
    async def save(self, interaction: Interaction, payload: routes.PromptWords) -> None:
        """Save a text, checked again."""
        prompt = await self._prompts.add(
            guild_id_of(interaction), payload.words, await _language(interaction)
        )
        await replace_panel(
            interaction, panel([texts_for(interaction)("prompts.kept", words=prompt.words)])
        )

    @routes.ASK_PROMPT.handler
    async def ask(self, interaction: Interaction, payload: routes.PromptWords) -> None:
        """Open the form to change the text."""
        say = texts_for(interaction)
        form = Form(say("prompts.form.title"), routes.SET_PROMPT()).ask(
            "words",
            say("prompts.form.words"),
            description=say("prompts.form.hint"),
            value=payload.words,
            longest=LONGEST_PROMPT,
        )
        await interaction.response.send_modal(form)

    @routes.DISCARD_PROMPT.handler
    async def discard(self, interaction: Interaction, _: NoPayload) -> None:
        """Say that nothing was saved."""
        await replace_panel(interaction, panel([texts_for(interaction)("prompts.discarded")]))

    async def show(self, interaction: Interaction) -> None:
        """List the server's own texts."""
        say, own = texts_for(interaction), await self._prompts.of_guild(guild_id_of(interaction))
        if not own:
            await send_panel(interaction, panel([say("prompts.none")]))
            return
        lines = [say("prompts.line", words=each.words) for each in own]
        await send_panel(interaction, panel([say("prompts.title"), Lines(lines)]))

    async def remove(self, interaction: Interaction, chosen: str) -> None:
        """Remove a text, by its number or its words."""
        guild_id = guild_id_of(interaction)
        number = next((each.prompt_id for each in await self.own(guild_id) if _matches(each, chosen)), 0)
        prompt = await self._prompts.remove(guild_id, number)
        await send_panel(
            interaction, panel([texts_for(interaction)("prompts.removed", words=prompt.words)])
        )

    async def own(self, guild_id: int) -> list[Prompt]:
        """Return the server's own texts."""
        return await self._prompts.of_guild(guild_id)


def _matches(prompt: Prompt, chosen: str) -> bool:
    return chosen.strip() in {str(prompt.prompt_id), prompt.words}


async def _language(interaction: Interaction) -> str:
    return (await interaction.client.say_to_server(guild_id_of(interaction))).language


def _preview(words: str, server: str, say: Say) -> ui.LayoutView:
    answers = answer_buttons(say, partial(routes.ANSWER, _NO_CADENCE, 1), disabled=True)
    answers.append(button(say("checkins.button.change"), routes.CHANGE(_NO_CADENCE), disabled=True))
    choices = [
        button(say("prompts.button.keep"), routes.SAVE_PROMPT(words), discord.ButtonStyle.primary),
        button(say("prompts.button.change"), routes.ASK_PROMPT(words)),
        button(say("prompts.button.discard"), routes.DISCARD_PROMPT()),
    ]
    texts = [say("prompts.preview"), escape(words), say("checkins.from_own", server=server)]
    return panel(texts, [answers, choices])
