"""Makes `docs/data.md` from `personal_data.py`: `python -m bot.privacy.data_page > docs/data.md`."""

import sys

from bot.privacy.personal_data import PERSONAL, PersonalTable
from bot.storage.erasure_log import LOG_KEPT_FOR
from bot.texts.catalogue import Texts

_SAY = Texts().to("en")

_BEGINNING = f"""# What is saved about a person

Made from `bot/privacy/personal_data.py` by `python -m bot.privacy.data_page`; a test compares the two.
Nothing else about a person is saved, and nothing before they agree to it or use a feature. All of it is in
the database. It is deleted earlier if the person deletes it (`/my-data delete`), and seven days after the
server removes the bot. What a consent covers is deleted when the consent ends.

One thing stays after a deletion: for {LOG_KEPT_FOR.days} days, a file beside the database has a keyed hash
of the person's ID, the server's ID and the purpose. With it, the deletion is repeated if a backup is
restored. The key is in a separate file.
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
