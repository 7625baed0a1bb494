"""The repository works on any machine: it names no private registry and no private folder."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Spelled with brackets so that this file does not contain what it looks for.
HOSTS = r"py[p]i\.org|py[p]ihosted|python[h]osted|registry\.npm[j]s|registry\.yarn[p]kg|deb\.debia[n]"
FOLDERS = (
    r"(?<![\w.$}~-])/(?:wor[k]|far[m]|roo[t]|hom[e]/\w+|User[s]/\w+|op[t]/(?:py[p]i|wheel[s]))"
    r"(?:/|\b(?![\w-]))"
)
PRIVATE = re.compile(f"{HOSTS}|{FOLDERS}")


def _files() -> list[Path]:
    """Return the tracked files, and new files that are not ignored."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file()]


def _private(text: str) -> list[str]:
    return [found[0] for found in PRIVATE.finditer(text)]


def test_no_file_names_a_registry_or_a_private_folder() -> None:
    found = {}
    for path in _files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures and the like
        if private := _private(text):
            found[str(path.relative_to(ROOT))] = private
    assert found == {}


def test_the_files_of_the_project_are_the_ones_looked_at() -> None:
    names = {str(path.relative_to(ROOT)) for path in _files()}
    assert {"pyproject.toml", "Makefile", "bot/__init__.py"} <= names


@pytest.mark.parametrize(
    "text",
    [
        "https://" + "pypi" + ".org/simple",
        "files." + "python" + "hosted.org",
        "see /" + "work/main/bot",
        '"/' + 'root/.cache"',
        "/" + "home/ann/alongside",
        "file:///" + "opt/" + "pypi/simple",
    ],
)
def test_a_private_path_is_caught(text: str) -> None:
    assert _private(text)


@pytest.mark.parametrize(
    "text", ["/rooms", "docs/work/notes", "/root-cause", "/opt/alongside", "/data", "./work/x"]
)
def test_ordinary_paths_pass(text: str) -> None:
    assert _private(text) == []
