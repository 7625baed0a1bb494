"""Documents that are made from code are up to date, and an unfinished policy is not published."""

import re
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.cli import main
from bot.cli.exits import Exit
from bot.privacy import data_page
from bot.privacy.personal_data import PERSONAL
from bot.privacy.policy.text import findings, policy, saved_table
from bot.texts.catalogue import Texts
from cogs.privacy import panels

pytestmark = pytest.mark.usefixtures("logging_as_before")

SAY = Texts().to("en")
DOCS = Path(__file__).parents[2] / "docs"
BLANK = re.compile(r"\[\[(\w+): [^\]]+\]\]")


def filled(text: str) -> str:
    """Fill in every blank."""
    return BLANK.sub(r"our \1", text)


def test_the_page_on_data_is_made_from_the_tables() -> None:
    made = data_page.page()
    assert (DOCS / "data.md").read_text(encoding="utf-8") == made, "python -m bot.privacy.data_page"
    for table in PERSONAL:
        for column, meaning in table.meanings(SAY).items():
            assert f"| `{column}` | {meaning} |" in made


def test_the_policy_is_made_from_its_template_and_the_tables() -> None:
    text = (DOCS / "privacy-policy.md").read_text(encoding="utf-8")
    assert text == policy(), "python -m bot.privacy.policy.text > docs/privacy-policy.md"


def test_the_policy_says_what_holds_for_the_engine_in_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {}
    for url in ("sqlite:///data/alongside.db", "postgresql://owner:hunter2@db/alongside"):
        monkeypatch.setenv("ALONGSIDE_DATABASE_URL", url)
        with pytest.raises(SystemExit):
            main(["policy"])
        said[url.partition(":")[0]] = capsys.readouterr().out
    assert "overwritten there within seconds" in said["sqlite"]
    assert "server's log" not in said["sqlite"]
    assert "server's log" in said["postgresql"]
    assert "within seconds" not in said["postgresql"]
    assert not any("<!-- sqlite" in each or "<!-- postgresql" in each for each in said.values())


def test_the_policy_lists_every_table_and_column_about_a_person() -> None:
    rows = [line.strip("| ").split(" | ") for line in saved_table().splitlines()[2:]]
    assert [row[0] for row in rows] == [table.what(SAY) for table in PERSONAL]
    for (_, means, because, until), table in zip(rows, PERSONAL, strict=True):
        assert means.split("; ") == list(table.meanings(SAY).values())
        assert until == table.until(SAY)
        assert because.startswith("you agreed to " if table.purposes else "you tapped ")


@pytest.mark.parametrize(
    "said",
    [
        *(
            "who is responsible",
            "who sees it",
            "/my-data delete",
            "/my-data export",
            "supervisory authority",
        ),
        *(
            "on the disk",
            "backups",
            "logs",
            "seven days",
            "consent",
            "age",
            "discord.com/privacy",
            "are told",
        ),
    ],
)
def test_the_policy_has_every_required_statement(said: str) -> None:
    assert said in policy().lower()


def test_every_blank_of_the_printed_policy_is_reported() -> None:
    places = BLANK.findall(policy())
    assert len(places) >= 10
    found = findings(policy())
    assert [each.what.partition(" is not filled in: ")[0] for each in found] == places
    lines = policy().splitlines()
    assert all(f"[[{name}: " in lines[each.line - 1] for name, each in zip(places, found, strict=True))


def test_a_filled_in_policy_has_no_findings() -> None:
    assert findings(filled(policy())) == []


@pytest.mark.parametrize("forgotten", BLANK.findall(policy()))
def test_one_forgotten_blank_is_reported(forgotten: str) -> None:
    text = re.sub(rf"our {forgotten}\b", f"[[{forgotten}]]", filled(policy()))
    assert [each.what for each in findings(text)] == [f"{forgotten} is not filled in"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| when your next check-in", "| your next check-in"),
        ("<!-- saved: end -->\n", ""),
        (saved_table(), ""),
    ],
)
def test_an_edited_table_of_saved_data_is_reported(old: str, new: str) -> None:
    assert old in policy()
    (found,) = findings(filled(policy().replace(old, new)))
    assert "alongside policy prints" in found.what


def said_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["policy", *arguments])
    said, complained = capsys.readouterr()
    return int(ended.value.code or 0), said, complained


def test_the_command_prints_a_policy_and_checks_an_edited_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed, _ = said_by(capsys)
    assert (code, printed) == (Exit.DONE, policy())
    copy = tmp_path / "privacy.md"
    copy.write_text(printed, encoding="utf-8")
    code, said, _ = said_by(capsys, str(copy))
    assert code == Exit.SETTINGS
    assert f"{copy}:4: date is not filled in: the day from which this policy holds\n" in said
    copy.write_text(filled(printed), encoding="utf-8")
    assert said_by(capsys, str(copy))[:2] == (
        Exit.DONE,
        f"{copy} is filled in and lists what this version saves.\n",
    )
    code, _, complained = said_by(capsys, str(tmp_path / "absent.md"))
    assert code == Exit.SETTINGS
    assert complained.count("\n") == 1


def test_privacy_leads_to_the_policy_where_there_is_one() -> None:
    def words(view: ui.LayoutView) -> str:
        items: list[Any] = list(view.walk_children())
        return "\n".join(item.content for item in items if isinstance(item, ui.TextDisplay))

    say = Texts().to("en")
    assert "https://example.org/privacy_policy_" in words(
        panels.privacy("https://example.org/privacy_policy_", say)
    )
    assert "http" not in words(panels.privacy("", say))
