"""Installations get the tested packages: exact versions, checked by hashes, from any index."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = ["build", "dev", "extras", "runtime"]


def _requirements(name: str) -> dict[str, list[str]]:
    """Return the entries of a list: the requirement as written, and its hashes."""
    joined = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.partition("--hash=")[0].strip(): re.findall(r"--hash=(\S+)", line) for line in lines}


def _versions(name: str) -> dict[str, str]:
    pinned = (re.match(r"([a-z0-9.-]+)==([^\s;]+)", entry) for entry in _requirements(name))
    return {found[1]: found[2] for found in pinned if found}


@pytest.mark.parametrize("name", LISTS)
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert re.findall(r"\w+://|^\s*-(?!-hash).*|^\s*--(?!hash).*| @ ", text, re.MULTILINE) == []


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_one_version_with_its_hashes(name: str) -> None:
    requirements = _requirements(name)
    assert requirements
    for requirement, hashes in requirements.items():
        assert re.fullmatch(r"[a-z0-9.-]+==[^\s;]+( ; .+)?", requirement), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


@pytest.mark.parametrize("name", ["build", "extras", "runtime"])
def test_the_tests_run_on_the_shipped_versions(name: str) -> None:
    assert _versions(name).items() <= _versions("dev").items()


def _declared(lines: list[str]) -> set[str]:
    return {re.split(r"[<>=~!;\[ ]", line)[0].replace(".", "-").lower() for line in lines}


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert _declared(project["dependencies"]) <= _versions("runtime").keys()
    extras = chain.from_iterable(project["optional-dependencies"].values())
    assert _declared([*project["dependencies"], *extras]) <= _versions("extras").keys()
