"""What the operator publishes reaches members: where to report a problem, the terms, the privacy policy."""

from tests.process.bot_process import BotProcess


async def test_help_and_privacy_lead_to_what_the_operator_publishes(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    process.settings |= {
        "REPORT_TO": "help@example.org",
        "TERMS_URL": "https://example.org/terms",
        "PRIVACY_POLICY_URL": "https://example.org/privacy",
    }
    await process.start()
    ada = process.person("Ada")
    for channel in ("general", None):  # in a server, and in direct messages
        shown = await ada.run("help", channel=channel)
        assert "Report a problem with this bot: `help@example.org`" in shown.text
        assert "https://example.org/terms" in shown.text
        assert "https://example.org/privacy" in (await ada.run("privacy", channel=channel)).text
