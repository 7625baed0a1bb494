"""The container image, as far as it can be tested without building it."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "cogs", "sandbox")


def _steps() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions in order, each on one line even if it is written on several."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def _final() -> list[tuple[str, str]]:
    steps = _steps()
    last = max(index for index, (word, _) in enumerate(steps) if word == "FROM")
    return steps[last:]


def _copied() -> list[str]:
    """Return what the image takes from the project's folder."""
    copies = [rest.split()[:-1] for word, rest in _steps() if word == "COPY" and "--from" not in rest]
    return [source.rstrip("/") for sources in copies for source in sources]


def _value(word: str) -> str:
    return next(rest for name, rest in _final() if name == word)


def test_the_bot_runs_as_a_user_without_rights() -> None:
    user = _value("USER")
    words = [name for name, _ in _final()]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert words.index("USER") > max(i for i, name in enumerate(words) if name == "RUN")


def test_both_stages_start_from_the_same_pinned_python() -> None:
    images = [rest.split()[0] for word, rest in _steps() if word == "FROM"]
    assert len(images) == 2
    (image,) = set(images)
    assert re.fullmatch(r"python:3\.13-slim-trixie(@sha256:[0-9a-f]{64})?", image)


def test_the_base_is_pinned_by_its_digest_in_both_places(tmp_path: Path) -> None:
    digest = "sha256:" + "a1" * 32
    (tmp_path / "docker").write_text(f"#!/bin/sh\necho {digest}\n", encoding="utf-8")
    (tmp_path / "docker").chmod(0o700)
    (tmp_path / "scripts").mkdir()
    for name in ("Dockerfile", "scripts/pin-base"):
        shutil.copy(ROOT / name, tmp_path / name)
    for _ in range(2):  # the second time, over the first digest
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        subprocess.run([tmp_path / "scripts" / "pin-base"], env={"PATH": path}, check=True)
        pinned = (tmp_path / "Dockerfile").read_text(encoding="utf-8")
        assert pinned.count(f"FROM python:3.13-slim-trixie@{digest}") == 2


def test_the_database_is_on_the_volume() -> None:
    assert _value("VOLUME") == "/data"
    assert "ALONGSIDE_DATABASE_URL=sqlite:////data/alongside.db" in _value("ENV")


def test_the_health_check_queries_the_bot() -> None:
    assert _value("HEALTHCHECK").endswith('CMD ["python", "-m", "bot", "health"]')
    assert re.search(r"ALONGSIDE_HEALTH_PORT=[1-9]", _value("ENV"))
    assert _value("ENTRYPOINT") == '["python", "-m", "bot"]'
    assert _value("CMD") == '["run"]'


def test_no_secret_and_no_download_goes_in() -> None:
    assert not [rest for word, rest in _steps() if word in {"ADD", "ARG"}]
    assert not [rest for _, rest in _steps() if "TOKEN" in rest or ".env" in rest]


def test_every_installation_is_proven_by_hashes() -> None:
    installs = [
        part
        for word, rest in _steps()
        if word == "RUN"
        for part in rest.split("&&")
        if "pip" in part and " install " in part
    ]
    assert len(installs) == 3
    assert all("--require-hashes" in part or "--no-index" in part for part in installs)


def test_copied_files_exist_and_no_other_file_is_in_the_build_context() -> None:
    copied = _copied()
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignore if line and not line.startswith("#")]
    assert rules[0] == "*"
    sent = [rule[1:] for rule in rules if rule.startswith("!")]
    assert {name.split("/")[0] for name in sent} == set(copied)
    assert not [name for name in sent if fnmatch(name, "*.env*") or name == "data"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as the Dockerfile does."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_carries_every_file_of_the_packages(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - carried == set()
    assert {name.split("/")[0] for name in carried} - set(PACKAGES) == {"alongside_bot-0.1.0.dist-info"}


def test_the_wheel_runs_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    where = "import bot, pathlib; print(pathlib.Path(bot.__file__).parents[1])"
    run = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {where}"]
    found = subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert Path(found.strip()).samefile(tmp_path)
    helped = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "health" in helped
    assert "run" in helped
