"""Makes the plural rules from Babel: `python -m bot.texts.plural_rules > bot/texts/cldr/plurals.toml`."""

import sys

from babel import Locale

from bot.texts.locales import DISCORD_LOCALES


def document() -> str:
    """Return the plural rules of Discord's languages as TOML."""
    lines = [
        "# Plural rules of the CLDR, for the languages that Discord offers. Do not edit:",
        "# python -m bot.texts.plural_rules > bot/texts/cldr/plurals.toml",
    ]
    for language in sorted({each.partition("-")[0] for each in DISCORD_LOCALES}):
        rules = Locale.parse(language).plural_form.rules
        lines += [f"\n[{language}]", *(f'{category} = "{rules[category]}"' for category in sorted(rules))]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
