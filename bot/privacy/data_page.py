"""Makes `docs/data.md` from `personal_data.py`: `python -m bot.privacy.data_page > docs/data.md`."""

import sys

from bot.privacy.personal_data import PERSONAL, PersonalTable
from bot.storage.erasure_log import LOG_KEPT_FOR

_BEGINNING = f"""# What is saved about a person

Made from `bot/privacy/personal_data.py` by `python -m bot.privacy.data_page`; a test compares the two.
Nothing else about a person is saved, nothing before that person chose it, and nothing outside the database.
All of it is deleted earlier if the person deletes it (`/my-data delete`), and seven days after the server
removed the bot. What a consent covers is deleted when that ends: see `consent`.

One thing outlives a deletion: for {LOG_KEPT_FOR.days} days a keyed hash of it (of whom, in which
server, for what purpose) is in a file beside the database, so that a restored backup deletes it again. The
key is in a file of its own.
"""


def page() -> str:
    """Return the page in Markdown."""
    return "\n".join([_BEGINNING, *(_section(table) for table in PERSONAL)])


def _section(table: PersonalTable) -> str:
    purpose = f"the purpose `{table.purpose}`" if table.purpose else "the tap that made it"
    rows = [f"| `{name}` | {meaning} |" for name, meaning in table.columns.items()]
    return "\n".join(
        [
            f"## `{table.table}`: {table.what}",
            "",
            f"Covered by {purpose}. Saved until {table.until}.",
            "",
            "| column | meaning |",
            "|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(page())
