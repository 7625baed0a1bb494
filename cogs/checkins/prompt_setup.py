"""A server's own check-in texts: checked, previewed, and saved by one more tap."""

from functools import partial

import discord
from discord import ui

from bot.checkins.prompts.model import LONGEST_PROMPT, Prompt
from bot.checkins.prompts.service import Prompts, Review
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.texts.catalogue import Say, escape
from cogs.checkins import routes
from cogs.ui.answers import answer_buttons
from cogs.ui.forms import Form, typed
from cogs.ui.panels import Component, Lines, button, panel, replace_panel, send_panel, texts_for
from cogs.ui.routes import NoPayload

_PRIMARY = discord.ButtonStyle.primary
_NO_CADENCE = (1 << 63) - 1  # no cadence has this id: for buttons that cannot be tapped


class PromptSetup:
    """Answers moderators. Until a text is saved, it is only in the buttons of its preview."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    async def propose(self, interaction: Interaction, words: str) -> None:
        """Show a text as members would get it, with the remarks about it."""
        review = await self._prompts.review(guild_id_of(interaction), words, await _language(interaction))
        server = interaction.guild.name if interaction.guild else ""
        view = _preview(review, server, texts_for(interaction))
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
        """Save a text, or ask once more if there are remarks about it."""
        guild_id, language = guild_id_of(interaction), await _language(interaction)
        review = await self._prompts.review(guild_id, payload.words, language)
        if review.remarks:
            await replace_panel(interaction, _confirmation(review, texts_for(interaction)))
            return
        await self._save(interaction, review.words, despite_advice=False)

    @routes.CONFIRM_PROMPT.handler
    async def save_despite_advice(self, interaction: Interaction, payload: routes.PromptWords) -> None:
        """Save a text although there are remarks about it: the moderator was asked twice."""
        await self._save(interaction, payload.words, despite_advice=True)

    async def _save(self, interaction: Interaction, words: str, *, despite_advice: bool) -> None:
        language = await _language(interaction)
        prompt = await self._prompts.add(
            guild_id_of(interaction), words, language, despite_advice=despite_advice
        )
        text = texts_for(interaction)("prompts.saved", words=prompt.words)
        await replace_panel(interaction, panel([text]))

    @routes.ASK_PROMPT.handler
    async def ask(self, interaction: Interaction, payload: routes.PromptWords) -> None:
        """Open the form to change the text."""
        form = await self.words_form(interaction, NoPayload())
        await interaction.response.send_modal(form.fill({"words": payload.words}))

    @routes.SET_PROMPT.form
    async def words_form(self, interaction: Interaction, _: NoPayload) -> Form:
        """Return the form for a text."""
        say = texts_for(interaction)
        return Form(say("prompts.form.title"), routes.SET_PROMPT()).ask(
            "words",
            say("prompts.form.words"),
            description=say("prompts.form.hint"),
            longest=LONGEST_PROMPT,
        )

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


def _preview(review: Review, server: str, say: Say) -> ui.LayoutView:
    """Return the panel that shows a text as members would get it, with the remarks about it."""
    answers = answer_buttons(say, partial(routes.ANSWER, _NO_CADENCE, 1), disabled=True)
    answers.append(button(say("checkins.button.change"), routes.CHANGE(_NO_CADENCE), disabled=True))
    looks = [say("prompts.preview"), escape(review.words), say("checkins.from_own", server=server)]
    if not review.remarks:
        save = button(say("prompts.button.save"), routes.SAVE_PROMPT(review.words), _PRIMARY)
        return panel(looks, [answers, [save, *_other_choices(review, say)]])
    title = say("prompts.review.refused" if review.is_refused else "prompts.review.advice")
    texts = [*looks, title, *_remarks(review, say), say("prompts.review.calmer")]
    if review.is_refused:
        return panel(texts, [answers, _other_choices(review, say, _PRIMARY)])
    anyway = button(say("prompts.button.save_anyway"), routes.SAVE_PROMPT(review.words))
    return panel(texts, [answers, [*_other_choices(review, say, _PRIMARY), anyway]])


def _confirmation(review: Review, say: Say) -> ui.LayoutView:
    """Return the second question before a text with remarks is saved; no button if it can't be."""
    title = say("prompts.review.refused" if review.is_refused else "prompts.review.confirm")
    texts = [title, f"> {escape(review.words)}", *_remarks(review, say)]
    choices = _other_choices(review, say, _PRIMARY)
    if not review.is_refused:
        choices.append(button(say("prompts.button.confirm"), routes.CONFIRM_PROMPT(review.words)))
    return panel(texts, [choices])


def _other_choices(
    review: Review, say: Say, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> list[Component]:
    return [
        button(say("prompts.button.change"), routes.ASK_PROMPT(review.words), style),
        button(say("prompts.button.discard"), routes.DISCARD_PROMPT()),
    ]


def _remarks(review: Review, say: Say) -> list[str]:
    lines = [f"- {say(f'prompts.remark.{each.rule}', found=each.found)}" for each in review.remarks]
    return ["\n".join(dict.fromkeys(lines))]
