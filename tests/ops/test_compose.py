"""The Compose file and the image: what Compose takes, and what every service is held to."""

import re
import stat
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

from embedded.children import temporal_command
from embedded.environment import variables_of
from settings import NotificationSettings, Settings, VendorSettings
from tests.compose_file import COMPOSE_FILE, SECRETS_SCRIPT, Project, Service, build_parser, parse, project
from tests.programs import ROOT, run

pytestmark = [pytest.mark.requires("go"), pytest.mark.timeout(300)]

JOBS = {"temporal-schema", "temporal-namespace", "migrate", "prometheus-config", "alertmanager-config"}
SERVICES = {"postgres", "temporal", "temporal-ui", "api", "worker", "prometheus", "alertmanager", "grafana"}
TEMPORAL_SERVICES = ("frontend", "history", "matching", "worker")
DOCKERFILE = ROOT / "Dockerfile"


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_parser(tmp_path_factory.mktemp("parser"))


@pytest.fixture(scope="module")
def composed(parser: Path) -> Project:
    return project(parser)


@pytest.fixture
def services(composed: Project) -> dict[str, Service]:
    return composed["services"]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets") / "made"
    made = run("bash", SECRETS_SCRIPT, folder)
    assert made.returncode == 0, made.stderr
    return folder


def variables() -> set[str]:
    """Return every variable that sets something of ours."""
    kinds: tuple[type[BaseSettings], ...] = (Settings, VendorSettings, NotificationSettings)
    return set(chain.from_iterable(variables_of(kind, field) for kind in kinds for field in kind.model_fields))


def is_ours(service: Service) -> bool:
    return service["image"].startswith("pagewright:")


def listens_on(service: Service) -> str:
    (flag,) = (word for word in service["command"] if word.startswith("--web.listen-address="))
    return flag.rpartition(":")[2]


def copied(stage: str) -> Iterator[str]:
    """Return what a stage of the image takes from the checkout."""
    for line in re.findall(r"^COPY (?!--from)(.+)$", stage, re.MULTILINE):
        yield from line.split()[:-1]


def test_compose_takes_the_file(services: dict[str, Service]) -> None:
    assert services.keys() == JOBS | SERVICES


def test_compose_refuses_what_is_not_in_its_schema(parser: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text(COMPOSE_FILE.read_text().replace("stop_grace_period", "stop_grace", 1))

    ended = parse(parser, broken)

    assert ended.returncode == 1
    assert "stop_grace" in ended.stderr


def test_a_file_of_ones_own_and_variables_override(parser: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("services: {worker: {deploy: {replicas: 5}}, api: {environment: {PAGEWRIGHT_LOG_LEVEL: DEBUG}}}")

    url = "https://watch.pagewright.example/alerts"
    variables = {"GRAFANA_PORT": "4001", "PROMETHEUS_RETENTION": "90d", "ALERTMANAGER_URL": url}
    overridden = project(parser, COMPOSE_FILE, own, environment=variables)

    services = overridden["services"]
    assert services["worker"]["deploy"]["replicas"] == 5
    assert services["worker"]["deploy"]["resources"]["limits"]["memory"]
    assert services["api"]["environment"]["PAGEWRIGHT_LOG_LEVEL"] == "DEBUG"
    assert services["api"]["environment"]["PAGEWRIGHT_SECRETS_DIR"] == "/run/secrets"
    assert services["grafana"]["ports"][0]["published"] == "4001"
    assert "--storage.tsdb.retention.time=90d" in services["prometheus"]["command"]
    assert f"--web.external-url={url}" in services["alertmanager"]["command"]


def test_images_are_pinned_to_a_release(services: dict[str, Service]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?", service["image"]), name


def test_temporal_is_one_release_of_server_and_tools(services: dict[str, Service]) -> None:
    module = (ROOT / "ops" / "temporal" / "go.mod").read_text()
    release = re.search(r"go\.temporal\.io/server v(\S+)", module)
    assert release is not None
    tags = {
        service["image"] for service in services.values() if re.match(r"temporalio/(server|admin)", service["image"])
    }
    assert tags == {f"temporalio/server:{release[1]}", f"temporalio/admin-tools:{release[1]}"}


def test_our_image_is_of_this_version(services: dict[str, Service]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert {service["image"] for service in services.values() if is_ours(service)} == {f"pagewright:{version}"}
    assert f'image.version="{version}"' in DOCKERFILE.read_text()


def test_a_service_starts_again_and_says_whether_it_works(services: dict[str, Service]) -> None:
    for name in SERVICES:
        assert services[name]["restart"] == "unless-stopped", name
        assert services[name]["healthcheck"]["test"][0] == "CMD", name
    for name in JOBS:
        assert services[name]["restart"].startswith("on-failure:"), name
        assert "healthcheck" not in services[name], name


def test_what_starts_later_waits_for_what_it_needs_to_work(services: dict[str, Service]) -> None:
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            is_job = needed in JOBS
            assert how["condition"] == ("service_completed_successfully" if is_job else "service_healthy")
    for name in ("api", "worker"):
        assert services[name]["depends_on"].keys() == {"migrate", "temporal-namespace"}


def test_nothing_may_do_more_than_it_must(services: dict[str, Service]) -> None:
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
        assert not service.get("cap_add"), name
        limits = service["deploy"]["resources"]["limits"]
        assert limits.keys() == {"cpus", "memory", "pids"}, name
        assert service["logging"]["options"]["max-size"], name


def test_nothing_runs_as_root(services: dict[str, Service]) -> None:
    for name, service in services.items():
        user = service.get("user") or "of the image"
        assert user.partition(":")[0] not in {"0", "root"}, name
        assert service.get("user") or is_ours(service), name
    last_stage = DOCKERFILE.read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last_stage, re.MULTILINE)


def test_no_secret_is_in_an_environment(services: dict[str, Service]) -> None:
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            is_place = variable.endswith(("_FILE", "_DIR"))
            assert is_place or not re.search(r"PASSW|PWD|SECRET|TOKEN|KEY", variable), f"{name}: {variable}"
            assert not is_place or value.startswith(("/run/secrets", "/data")), f"{name}: {variable}"


def test_ports_are_open_to_this_machine_alone(services: dict[str, Service]) -> None:
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert {name: (port["host_ip"], port["published"]) for name, (port,) in published.items()} == {
        "api": ("127.0.0.1", "3000"),
        "temporal-ui": ("127.0.0.1", "8233"),
        "prometheus": ("127.0.0.1", "9090"),
        "alertmanager": ("127.0.0.1", "9093"),
        "grafana": ("127.0.0.1", "3001"),
    }


def test_postgres_is_reached_by_those_that_store_alone(composed: Project, services: dict[str, Service]) -> None:
    assert composed["networks"]["storage"]["internal"]
    assert services["postgres"]["networks"].keys() == {"storage"}
    reaching = {name for name, service in services.items() if "storage" in (service.get("networks") or {})}
    assert reaching == {"postgres", "temporal-schema", "temporal", "migrate", "api", "worker"}


def test_postgres_has_room_for_the_connections_of_all(services: dict[str, Service]) -> None:
    (room,) = re.findall(r"max_connections=(\d+)", " ".join(services["postgres"]["command"]))
    temporal = services["temporal"]["environment"]
    each_service = int(temporal["SQL_MAX_CONNS"]) + int(temporal["SQL_VIS_MAX_CONNS"])
    api_and_four_workers = 5 * (5 + 10)  # the pool of SQLAlchemy's engine, and what it may open beyond
    assert int(room) >= len(TEMPORAL_SERVICES) * each_service + api_and_four_workers


def test_what_is_mounted_from_the_checkout_is_there(services: dict[str, Service]) -> None:
    for name, service in services.items():
        for mount in service.get("volumes", ()):
            if mount["type"] == "bind":
                assert mount["read_only"], name
                assert Path(mount["source"]).exists(), f"{name}: {mount['source']}"


def test_grafana_is_told_all_that_its_provisioning_asks_for(services: dict[str, Service]) -> None:
    files = [file.read_text() for file in (ROOT / "ops" / "grafana" / "provisioning").rglob("*.yml")]
    asked = set(re.findall(r"\$\{(\w+)\}", "".join(files)))
    assert asked
    assert asked <= services["grafana"]["environment"].keys()
    mounts = {mount["target"]: Path(mount["source"]).name for mount in services["grafana"]["volumes"]}
    assert mounts[services["grafana"]["environment"]["PAGEWRIGHT_DASHBOARDS"]] == "dashboards"


def test_every_variable_of_ours_is_a_setting(services: dict[str, Service]) -> None:
    named = {
        variable for service in services.values() for variable in service.get("environment", {}) if is_ours(service)
    }
    foreign = {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
    assert named - variables() == foreign


def test_every_secret_is_made_and_read(composed: Project, services: dict[str, Service], secrets: Path) -> None:
    declared = {secret["file"].rpartition("/")[2] for secret in composed["secrets"].values()}
    assert declared == {file.name for file in secrets.iterdir()} == composed["secrets"].keys()
    mounted = {mount["source"] for service in services.values() for mount in service.get("secrets", ())}
    assert mounted == declared
    ours = {
        mount["source"] for service in services.values() if is_ours(service) for mount in service.get("secrets", ())
    }
    assert ours <= {variable.lower() for variable in variables()}


def test_secrets_are_their_owners_and_no_two_are_the_same(secrets: Path) -> None:
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    made = [file.read_text() for file in secrets.iterdir() if file.stat().st_size]
    assert len(made) == len(set(made)) == 6
    assert all(len(text) >= 64 for text in made)
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o644}


def test_secrets_that_are_there_stay(secrets: Path) -> None:
    (secrets / "openai_api_key").write_text("mine")
    before = {file: file.read_text() for file in secrets.iterdir()}

    assert run("bash", SECRETS_SCRIPT, secrets).returncode == 0

    assert {file: file.read_text() for file in secrets.iterdir()} == before


def test_temporal_is_tuned_as_the_embedded_one_is() -> None:
    text = (ROOT / "ops" / "compose" / "temporal-dynamic-config.yaml").read_text()
    parsed: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    given = {f"{name}={str(values[0]['value']).lower()}" for name, values in parsed.items()}
    command = temporal_command(Path("temporal"), None, 1, None)
    assert given == {command[place + 1] for place, word in enumerate(command) if word == "--dynamic-config-value"}


def test_scripts_are_shell_that_every_shell_reads() -> None:
    for script in (ROOT / "ops" / "compose").glob("temporal-*.sh"):
        assert run("sh", "-n", script).returncode == 0, script


def test_what_the_image_copies_is_there_and_let_through() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = set(copied(DOCKERFILE.read_text()))
    assert sources == allowed
    for source in sources:
        assert list(ROOT.glob(source)), source


def test_the_image_has_all_of_our_packages() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "examples"}
    assert packages <= set(copied(DOCKERFILE.read_text()))


def test_the_image_is_made_by_the_uv_of_the_lock() -> None:
    locked = {
        package["name"]: package["version"] for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    }
    assert f"uv=={locked['uv']}\n" in DOCKERFILE.read_text()
    assert len(set(re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.MULTILINE))) == 1


@pytest.mark.requires("prometheus")
def test_prometheus_takes_what_is_written_for_it_and_looks_workers_up(
    services: dict[str, Service], tmp_path: Path
) -> None:
    _, *arguments = services["prometheus-config"]["command"]
    made = run(sys.executable, *(str(tmp_path) if word == "/prometheus-config" else word for word in arguments))
    assert made.returncode == 0, made.stderr

    checked = run("promtool", "check", "config", tmp_path / "prometheus.yml")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    jobs = {job["job_name"]: job for job in yaml.safe_load((tmp_path / "prometheus.yml").read_text())["scrape_configs"]}
    assert jobs["api"]["static_configs"] == [{"targets": ["api:3000"]}]
    (looked_up,) = jobs["worker"]["dns_sd_configs"]
    assert (looked_up["names"], looked_up["port"]) == (["worker"], 9464)


def test_prometheus_asks_services_that_are_there_at_ports_they_listen_on(services: dict[str, Service]) -> None:
    targets = [word.partition("=")[2] for word in services["prometheus-config"]["command"] if ":" in word]
    listening = {
        "api": services["api"]["environment"]["PAGEWRIGHT_API_PORT"],
        "worker": services["worker"]["environment"]["PAGEWRIGHT_WORKER_METRICS_PORT"],
        "temporal": services["temporal"]["environment"]["PROMETHEUS_ENDPOINT"].rpartition(":")[2],
        "alertmanager": listens_on(services["alertmanager"]),
        "127.0.0.1": listens_on(services["prometheus"]),
    }
    assert dict(target.split(":") for target in targets) == listening
