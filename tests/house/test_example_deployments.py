"""The examples for several processes: their settings fit, their probes exist, and a stop has time."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.app import connecting
from bot.observability.health import Health
from bot.observability.metrics import Metrics
from bot.settings import PREFIX, Settings, load
from bot.storage.postgres import database, turn

_DEPLOY = Path(__file__).parents[2] / "deploy"
_SERVICES: dict[str, Any] = yaml.safe_load((_DEPLOY / "compose-postgres.yaml").read_text(encoding="utf-8"))[
    "services"
]
_OBJECTS: dict[str, Any] = {
    each["kind"]: each
    for each in yaml.safe_load_all((_DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))
}
_BOT = _SERVICES["alongside"]
_DEPLOYMENT: dict[str, Any] = _OBJECTS["Deployment"]["spec"]
_POD: dict[str, Any] = _DEPLOYMENT["template"]["spec"]
_CONTAINER: dict[str, Any] = _POD["containers"][0]
_FROM_ENV_FILE = {"ALONGSIDE_DISCORD_TOKEN": "made-up", "ALONGSIDE_SHARD_COUNT": "12"}
_ENVIRONMENTS: dict[str, Mapping[str, str]] = {
    "compose": _FROM_ENV_FILE | _BOT["environment"],
    "kubernetes": {each["name"]: each["value"] for each in _CONTAINER["env"]}
    | _OBJECTS["Secret"]["stringData"],
}
_REPLICAS = {"compose": _BOT["deploy"]["replicas"], "kubernetes": _DEPLOYMENT["replicas"]}
_FOLDERS = {
    "compose": [each.partition(":")[2] for each in _BOT["volumes"]],
    "kubernetes": [each["mountPath"] for each in _CONTAINER["volumeMounts"]],
}


def settings_of(name: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a process that an example starts."""
    for key, value in _ENVIRONMENTS[name].items():
        assert isinstance(value, str), key
        assert key.removeprefix(PREFIX).lower() in Settings.model_fields, key
        monkeypatch.setenv(key, value)
    return load(env_file=None)


@pytest.mark.parametrize("name", _ENVIRONMENTS)
def test_an_example_has_one_process_to_spare_and_all_share_a_folder(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(name, monkeypatch)
    assert settings.engine_name == "postgresql"
    assert settings.shard_layout.ranges == 3
    assert _REPLICAS[name] == 4
    assert _FOLDERS[name] == [str(settings.data_folder)]


@pytest.mark.parametrize("name", _ENVIRONMENTS)
def test_other_containers_reach_the_health_endpoints_of_an_example(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(name, monkeypatch)
    assert str(settings.health_host) == "0.0.0.0"  # noqa: S104 - in a container, on its own network
    assert settings.health_port == 8401
    assert [each["containerPort"] for each in _CONTAINER["ports"]] == [8401]


async def test_probes_ask_endpoints_that_exist(tmp_path: Path) -> None:
    health = Health(tmp_path, Metrics())
    health.note_waiting(None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    end = await health.serve("127.0.0.1", port)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            for name, path in (("readinessProbe", "/readyz"), ("livenessProbe", "/healthz")):
                asked = _CONTAINER[name]["httpGet"]
                assert asked == {"path": path, "port": _CONTAINER["ports"][0]["name"]}
                async with session.get(asked["path"]) as answer:
                    assert answer.status == 200, path
            async with session.get("/nothing") as answer:
                assert answer.status == 404
    finally:
        await end()


def test_a_process_has_time_to_stop() -> None:
    stopping = (
        connecting._FINISH_TIMEOUT_SECONDS  # noqa: SLF001 - as the next ones: how long each step may take
        + 2 * connecting._CLOSE_TIMEOUT_SECONDS  # noqa: SLF001
        + database._CLOSE_SECONDS  # noqa: SLF001
        + turn._RELEASE_SECONDS  # noqa: SLF001
    )
    assert stopping < _POD["terminationGracePeriodSeconds"]
    assert stopping < int(_BOT["stop_grace_period"].removesuffix("s"))


def test_names_in_the_kubernetes_example_fit_together() -> None:
    labels = _DEPLOYMENT["template"]["metadata"]["labels"]
    assert _DEPLOYMENT["selector"]["matchLabels"] == labels
    (spread,) = _POD["topologySpreadConstraints"]
    assert spread["labelSelector"]["matchLabels"] == labels
    secrets = [each["secretRef"]["name"] for each in _CONTAINER["envFrom"]]
    assert secrets == [_OBJECTS["Secret"]["metadata"]["name"]]
    (volume,) = _POD["volumes"]
    claim = _OBJECTS["PersistentVolumeClaim"]
    assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert [each["name"] for each in _CONTAINER["volumeMounts"]] == [volume["name"]]


def test_an_update_in_kubernetes_never_has_fewer_processes_than_before() -> None:
    assert _DEPLOYMENT["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
