"""The terms of service: printed, filled in from the settings, checked, and shown in /help."""

import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.exits import Exit
from bot.privacy.policy.terms import findings, terms
from bot.settings import PREFIX, OperatorLinks
from bot.texts.catalogue import Texts
from cogs.servers.help import operator_lines

pytestmark = pytest.mark.usefixtures("logging_as_before")

DOCUMENT = Path(__file__).parents[2] / "docs" / "terms.md"
BLANK = re.compile(r"\[\[(\w+): [^\]]+\]\]")
LINKS = OperatorLinks("https://example.org/privacy", "https://example.org/terms", "help_me@example.org")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["terms", *arguments])
    return int(ended.value.code or 0), capsys.readouterr().out


def test_the_document_is_made_from_the_template() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == terms(), (
        "python -m bot.privacy.policy.terms > docs/terms.md"
    )


@pytest.mark.parametrize(
    "said",
    ["not help in an emergency", "discord's terms", "privacy policy", "report a problem", "stop using"],
)
def test_the_terms_say_what_members_need_to_know(said: str) -> None:
    assert said in terms().lower()


def test_the_terms_are_filled_in_from_the_settings_and_the_rest_is_reported() -> None:
    blanks = BLANK.findall(terms())
    assert {"report", "policy", "operator"} <= set(blanks)
    filled = terms(LINKS)
    assert "<help_me@example.org>" in filled
    assert "<https://example.org/privacy>" in filled
    named = [each.what.partition(" is not filled in: ")[0] for each in findings(filled)]
    assert named == [each for each in blanks if each not in {"report", "policy"}]
    assert findings(BLANK.sub("ours", filled)) == []


def test_the_command_prints_terms_without_a_token_and_checks_a_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(f"{PREFIX}DISCORD_TOKEN", raising=False)
    monkeypatch.setenv(f"{PREFIX}REPORT_TO", "help@example.org")
    code, printed = run(capsys)
    assert (code, "<help@example.org>" in printed) == (Exit.DONE, True)
    copy = tmp_path / "terms.md"
    copy.write_text(printed, encoding="utf-8")
    code, said = run(capsys, str(copy))
    assert code == Exit.SETTINGS
    assert f"{copy}:3: date is not filled in: " in said
    copy.write_text(BLANK.sub("ours", printed), encoding="utf-8")
    assert run(capsys, str(copy)) == (Exit.DONE, f"{copy} is filled in.\n")


def test_help_says_how_to_report_a_problem_and_where_the_terms_are() -> None:
    say = Texts().to("en")
    report, where = operator_lines(LINKS, say)
    assert "Report a problem" in report
    assert report.endswith("`help_me@example.org`")
    assert where.endswith("https://example.org/terms")
    (report,) = operator_lines(OperatorLinks(report="https://example.org/a_b_c"), say)
    assert report.endswith("https://example.org/a_b_c")
    assert operator_lines(OperatorLinks(), say) == []


def test_a_copy_that_cannot_be_read_is_one_plain_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "picture.md").write_bytes(b"\xff\xd8\xff")
    for name, why in (("absent.md", "No such file or directory"), ("picture.md", "it isn't text in UTF-8")):
        with pytest.raises(SystemExit) as ended:
            main(["terms", str(tmp_path / name)])
        assert ended.value.code == Exit.SETTINGS
        assert capsys.readouterr().err == f"alongside: I can't read {tmp_path / name}: {why}\n"
