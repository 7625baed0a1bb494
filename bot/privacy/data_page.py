"""Makes `docs/data.md` from `personal_data.py`: `python -m bot.privacy.data_page > docs/data.md`."""

import sys

from bot.privacy.personal_data import PERSONAL, PersonalTable
from bot.storage.erasure_log import LOG_KEPT_FOR
from bot.texts.catalogue import Texts

_SAY = Texts().to("en")

_BEGINNING = f"""# What is saved about a person

Made from `bot/privacy/personal_data.py` by `python -m bot.privacy.data_page`; a test compares the two.
Nothing else about a person is saved, nothing before the person agrees to it or uses a feature, and nothing
outside the database. All of it is deleted earlier if the person deletes it (`/my-data delete`), and seven
days after the server removes the bot. What a consent covers is deleted when the consent ends.

One thing stays after a deletion: for {LOG_KEPT_FOR.days} days, a keyed hash of it (which person, server and
purpose) is in a file next to the database. If a backup is restored, the deletion is repeated. The key is in
a separate file.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join([_BEGINNING, *(_section(table) for table in PERSONAL)])


def _section(table: PersonalTable) -> str:
    agreed = " or ".join(f"`{each}`" for each in table.purposes)
    why = f"you agreed to {agreed}" if agreed else "you tapped a button or used a command"
    rows = [f"| `{name}` | {meaning} |" for name, meaning in table.meanings(_SAY).items()]
    return "\n".join(
        [
            f"## `{table.table}`: {table.what(_SAY)}",
            "",
            f"Saved because {why}, until {table.until(_SAY)}.",
            "",
            "| column | meaning |",
            "|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(page())
