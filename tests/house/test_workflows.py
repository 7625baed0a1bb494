"""The workflows run what is run by hand, with as few rights as they need."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*$")


def actions_in(text: str) -> list[str]:
    """Return what a workflow uses, each with its comment."""
    return re.findall(r"^\s*(?:- )?uses: (.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_a_workflow_pins_its_actions_and_begins_without_permissions(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    used = actions_in(text)
    assert used
    assert [each for each in used if not _PINNED.match(each)] == []
    assert "\npermissions: {}\n" in text
    assert text.count("persist-credentials: false") == text.count("uses: actions/checkout@")


def test_an_action_with_a_tag_or_without_its_version_is_noticed() -> None:
    hexadecimal = "0123456789" * 4
    assert _PINNED.match(f"actions/checkout@{hexadecimal} # v7.0.1")
    assert not _PINNED.match("actions/checkout@v7")
    assert not _PINNED.match(f"actions/checkout@{hexadecimal}")


def test_the_check_workflow_runs_the_ci_script_and_a_tag_builds_the_image() -> None:
    check, image = (each.read_text(encoding="utf-8") for each in WORKFLOWS)
    assert "run: .ci/run\n" in check
    assert "docker build --pull --tag alongside ." in image
    assert 'tags: ["v*"]' in image
