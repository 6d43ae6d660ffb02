"""The lock files are in step with pyproject.toml, complete with hashes, and hold no addresses."""

import re
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

RUN, DEV = Path("requirements/run.txt"), Path("requirements/dev.txt")
BUILD = ("setuptools>=80",)  # make lock adds what installing the project itself needs


@cache
def locked(path: Path) -> dict[str, list[tuple[Requirement, str]]]:
    """Each pinned requirement by name (several where Python versions differ), with the lines that belong to it."""
    found: dict[str, list[tuple[Requirement, str]]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", path.read_text(encoding="utf-8"), flags=re.IGNORECASE):
        if not re.match(r"[a-z0-9]", block, re.IGNORECASE):
            continue
        requirement = Requirement(block.split("\\", 1)[0].strip())
        found.setdefault(canonicalize_name(requirement.name), []).append((requirement, block))
    return found


@cache
def declared(*extras: str) -> tuple[Requirement, ...]:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *BUILD]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return tuple(Requirement(line) for line in lines)


RUN_DECLARED = declared("studio", "cluster")
DEV_DECLARED = declared("studio", "studio-full", "cluster", "voice", "dev")


@pytest.mark.parametrize(("path", "requirements"), [(RUN, RUN_DECLARED), (DEV, DEV_DECLARED)])
def test_every_declared_dependency_is_pinned_to_a_version_it_allows(
    path: Path, requirements: tuple[Requirement, ...]
) -> None:
    for requirement in requirements:
        pins = locked(path).get(canonicalize_name(requirement.name))
        assert pins, f"{requirement} is not in {path}: make lock"
        for pin, _ in pins:
            (specifier,) = pin.specifier
            assert specifier.operator == "=="
            assert requirement.specifier.contains(Version(specifier.version)), f"{pin} against {requirement}: make lock"


@pytest.mark.parametrize(("path", "requirements"), [(RUN, RUN_DECLARED), (DEV, DEV_DECLARED)])
def test_nothing_is_locked_that_is_not_declared_any_more(path: Path, requirements: tuple[Requirement, ...]) -> None:
    names = {canonicalize_name(requirement.name) for requirement in requirements}
    for name, pins in locked(path).items():
        asked_for_by_us = any("soundbooth" in block for _, block in pins)
        assert not asked_for_by_us or name in names, f"{name} left pyproject.toml: make lock"


@pytest.mark.parametrize("path", [RUN, DEV])
def test_every_pin_has_hashes_and_no_line_an_address(path: Path) -> None:
    assert "://" not in path.read_text(encoding="utf-8")
    for pins in locked(path).values():
        for requirement, block in pins:
            assert block.count("--hash=sha256:") >= 1, requirement


@pytest.mark.parametrize("path", [RUN, DEV])
def test_whatever_a_locked_package_needs_is_locked_too(path: Path) -> None:
    for name, pins in locked(path).items():
        if not any(pin.marker is None or pin.marker.evaluate() for pin, _ in pins):
            continue
        extras = {"", *(extra for pin, _ in pins for extra in pin.extras)}
        for needed in map(Requirement, metadata.requires(name) or ()):
            is_needed = needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras)
            assert not is_needed or canonicalize_name(needed.name) in locked(path), f"{name} needs {needed}: make lock"


def test_running_and_developing_use_the_same_versions() -> None:
    for name, pins in locked(RUN).items():
        assert {str(pin.specifier) for pin, _ in pins} == {str(pin.specifier) for pin, _ in locked(DEV)[name]}, name
