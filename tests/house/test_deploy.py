"""The files in deploy/: the metrics that they name exist, and the tools that read them accept them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.observability.metrics import Metrics, Vitals
from bot.settings import Settings
from bot.shards import ALL_SERVERS, ShardLayout

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "alongside.json").read_text(encoding="utf-8"))
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
ALERTS = (DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
SERVICES = [DEPLOY / "alongside.service", DEPLOY / "alongside-backup.service"]
_NAME = re.compile(r"\b(?:alongside|process)_[a-z_]+\b")
_PARTS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}

promtool = shutil.which("promtool")
compose = shutil.which("docker-compose")
needs_promtool = pytest.mark.skipif(promtool is None, reason="promtool is absent (Debian: prometheus)")
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is absent")
needs_compose = pytest.mark.skipif(compose is None, reason="docker-compose is absent")


def page() -> str:
    """Return /metrics of a process that has done nothing yet."""
    vitals = Vitals(connected=True, heartbeat=0.1, disk_free=10**9, serving=ALL_SERVERS)
    return Metrics().render(vitals).decode()


def exported_series() -> set[str]:
    """Return the names of all series that /metrics may have."""
    kinds = re.findall(r"^# TYPE (\S+) (\S+)$", page(), re.MULTILINE)
    return {name.removesuffix("_total") + part for name, kind in kinds for part in _PARTS[kind]} | {
        name for name, _ in kinds
    }


def expressions() -> Iterator[str]:
    """Yield the Prometheus expressions in the dashboard."""
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


def run(*command: str, cwd: Path = ROOT, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a tool and assert that it succeeds; a failure shows its output."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("text", [ALERTS, "\n".join(expressions())], ids=["alerts", "dashboard"])
def test_every_named_metric_exists(text: str) -> None:
    named = set(_NAME.findall(text))
    assert named
    assert named - exported_series() == set()


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = set(_NAME.findall("\n".join(expressions())))
    kinds = re.findall(r"^# TYPE (alongside_\S+) (\S+)$", page(), re.MULTILINE)
    assert [name for name, _ in kinds if not any(each.startswith(name) for each in shown)] == []


def test_the_dashboards_panels_do_not_overlap() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        fields = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not fields & taken
        assert max(x for x, _ in fields) < 24
        taken |= fields
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])
    assert DASHBOARD["templating"]["list"][0]["name"] == "datasource"


@needs_promtool
def test_promtool_finds_nothing_wrong_with_the_metrics_and_the_alerts(tmp_path: Path) -> None:
    run("promtool", "check", "metrics", input=page())
    prometheus = DEPLOY / "prometheus"
    run("promtool", "check", "config", "prometheus.yml", cwd=prometheus)
    run("promtool", "test", "rules", "alerts_test.yml", cwd=prometheus)
    rules = [
        {"record": f"panel:{number}", "expr": expr.replace("$__rate_interval", "5m")}
        for number, expr in enumerate(expressions())
    ]
    made = tmp_path / "dashboard.yml"
    made.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    run("promtool", "check", "rules", str(made))


@needs_compose
def test_compose_understands_the_compose_file(tmp_path: Path) -> None:
    for name in ("compose.yaml", ".env"):
        source = DEPLOY / "compose.yaml" if name == "compose.yaml" else ROOT / ".env.example"
        folder = tmp_path / "deploy" if name == "compose.yaml" else tmp_path
        folder.mkdir(exist_ok=True)
        shutil.copy(source, folder / name)
    run("docker-compose", "-f", "compose.yaml", "config", "--quiet", cwd=tmp_path / "deploy")


@needs_compose
def test_compose_understands_several_processes_over_postgresql_and_wants_a_password(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "compose-postgres.yaml", tmp_path / "deploy")
    command = ("docker-compose", "--env-file", ".env", "-f", "deploy/compose-postgres.yaml", "config")
    (tmp_path / ".env").write_text("ALONGSIDE_SHARD_COUNT=12\n", encoding="utf-8")
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "set it in .env" in refused.stderr
    settings = "ALONGSIDE_SHARD_COUNT=12\nALONGSIDE_DISCORD_TOKEN=secret\nPOSTGRES_PASSWORD=hunter2\n"
    (tmp_path / ".env").write_text(settings, encoding="utf-8")
    shown = run(*command, cwd=tmp_path).stdout
    bot, _, server = shown.partition("\n  postgres:")
    assert "postgresql://alongside:hunter2@postgres/alongside" in bot
    assert "secret" not in server


@pytest.mark.parametrize("name", ["compose.yaml", "compose-postgres.yaml", "kubernetes.yaml"])
def test_every_setting_that_is_named_exists(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    known = {f"ALONGSIDE_{field.upper()}" for field in Settings.model_fields}
    assert set(re.findall(r"\bALONGSIDE_\w+", text)) - known == set()


def test_the_examples_have_a_process_more_than_they_have_ranges_of_shards() -> None:
    for name in ("compose-postgres.yaml", "kubernetes.yaml"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (replicas,) = re.findall(r"replicas: (\d+)", text)
        (per_process,) = re.findall(r'SHARDS_PER_PROCESS(?:: |, value: )"(\d+)"', text)
        assert "Twelve shards" in text
        assert int(replicas) == ShardLayout(12, int(per_process)).ranges + 1


def test_the_bot_sees_the_backups_where_it_looks_for_them_and_cannot_write_there() -> None:
    assert COMPOSE.count("volumes: [") == 2
    assert '"backups:/data/backups:ro"]' in COMPOSE
    assert '"backups:/data/backups"]' in COMPOSE
    assert "/data/backups" in (ROOT / "Dockerfile").read_text(encoding="utf-8")  # for its owner


@needs_compose
def test_the_container_that_makes_backups_has_the_key_and_not_the_token(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "compose.yaml", tmp_path / "deploy")
    key = "ab" * 32
    settings = f"ALONGSIDE_DISCORD_TOKEN=secret\nALONGSIDE_DATABASE_KEY={key}\n"
    (tmp_path / ".env").write_text(settings, encoding="utf-8")
    shown = run("docker-compose", "-f", "deploy/compose.yaml", "config", cwd=tmp_path)  # as the guide says
    backup, _, _ = shown.stdout.partition("\n  backup:")[2].partition("\nvolumes:")
    assert key in backup
    assert "secret" not in backup
    assert "secret" in shown.stdout


def test_the_backup_unit_runs_without_the_token() -> None:
    unit = (DEPLOY / "alongside-backup.service").read_text(encoding="utf-8")
    assert "UnsetEnvironment=ALONGSIDE_DISCORD_TOKEN" in unit


def test_every_service_is_looked_at() -> None:
    assert sorted(DEPLOY.glob("*.service")) == sorted(SERVICES)


def test_nothing_is_set_that_the_settings_file_would_override() -> None:
    """The file overrides a unit's Environment= and an image's ENV; compose's own settings override it."""
    example = set(re.findall(r"^(ALONGSIDE_\w+)=", EXAMPLE, re.MULTILINE))
    assert "ALONGSIDE_DATABASE_URL" in example
    for unit in SERVICES:
        assert not example & set(
            re.findall(r"Environment=(ALONGSIDE_\w+)=", unit.read_text(encoding="utf-8"))
        )
    of_the_image = set(re.findall(r"(ALONGSIDE_\w+)=", (ROOT / "Dockerfile").read_text(encoding="utf-8")))
    of_compose = set(re.findall(r"^ +(ALONGSIDE_\w+):", COMPOSE, re.MULTILINE))
    assert example & of_the_image
    assert example & of_the_image <= of_compose


def test_commands_run_as_the_service_does() -> None:
    """The script beside the systemd units runs the same program with the same settings as they do."""
    script = (DEPLOY / "alongside").read_text(encoding="utf-8")
    given = dict(re.findall(r"--property=(\w+)=(\S+)", script))
    started = re.findall(r"^ +(/\S+) \"\$@\"$", script, re.MULTILINE)
    assert {"User", "DynamicUser", "StateDirectory", "WorkingDirectory", "EnvironmentFile"} <= set(given)
    for unit in SERVICES:
        lines = unit.read_text(encoding="utf-8").splitlines()
        assert [f"{name}={value}" for name, value in given.items() if f"{name}={value}" not in lines] == []
        assert [line.split()[0] for line in lines if line.startswith("ExecStart=")] == [
            f"ExecStart={started[0]}"
        ]
    assert os.access(DEPLOY / "alongside", os.X_OK)


@needs_systemd
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """The program that they start is not installed on this machine."""
    units = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        started = re.sub(
            "^ExecStart=/opt/alongside/.venv/bin/alongside", "ExecStart=/bin/true", text, flags=re.MULTILINE
        )
        (tmp_path / unit.name).write_text(started, encoding="utf-8")
    assert [unit.name for unit in units if "User=alongside" not in unit.read_text()] == [
        "alongside-backup.timer"
    ]
    run("systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units))


def test_hadolint_finds_nothing_wrong_with_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    run(str(hadolint), "--failure-threshold", "style", "Dockerfile", env={**os.environ, "NO_COLOR": "1"})
