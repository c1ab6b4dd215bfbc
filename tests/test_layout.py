"""The layout is the architecture: packages listed, layers held, the public face complete."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import forum_pulse

ROOT = Path(__file__).parent.parent
NOT_SHIPPED = {"tests", "benchmarks", "scripts", "docs", "examples", "notebooks", "build", "dist"}


def sources() -> list[Path]:
    """Every Python file that belongs to the package."""
    return [
        path
        for path in sorted(ROOT.rglob("*.py"))
        if not (
            set(path.relative_to(ROOT).parts) & NOT_SHIPPED
            or any(p.startswith(".") for p in path.relative_to(ROOT).parts)
        )
    ]


def test_every_sub_package_is_listed() -> None:
    """Pyproject names each folder with an `__init__.py`, and no other."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(settings["tool"]["setuptools"]["packages"])
    on_disk = {
        ".".join(("forum_pulse", *path.parent.relative_to(ROOT).parts))
        for path in sources()
        if path.name == "__init__.py"
    }
    assert listed == on_disk


def test_wheel_holds_every_module_and_data_file(tmp_path: Path) -> None:
    """What is built is what is in the tree: modules, templates, weights, codebooks, banks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    tracked = listed.stdout.rstrip("\0").split("\0")
    copy = tmp_path / "source"
    for name in tracked:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(copy)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = {
            name.removeprefix("forum_pulse/")
            for name in archive.namelist()
            if name.startswith("forum_pulse/")
        }
    rooms = ("commands/", "corpus/", "demo/", "embeddings/", "petitions/", "report/", "sentiment/", "topics/")
    expected = {
        name for name in tracked if name.startswith(rooms) or (name.endswith(".py") and "/" not in name)
    }
    assert inside == expected | {"py.typed"}


def test_layers_hold() -> None:
    """Imports point down; the analysis rooms do not import each other."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_inside_the_package_imports_are_relative() -> None:
    """Nobody can import `corpus` twice under two names."""
    absolute = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.lstrip().startswith(
            ("import forum_pulse", "from forum_pulse", "from corpus", "import corpus")
        )
        and path.name != "__init__.py"
    ]
    assert absolute == []


def test_no_root_module_bears_a_name_of_the_standard_library() -> None:
    """A root module called like a standard one would shadow it."""
    assert not {path.stem for path in ROOT.glob("*.py")} & sys.stdlib_module_names


def test_every_module_tells_its_story() -> None:
    """Each module starts with a docstring."""
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if not path.read_text(encoding="utf-8").startswith(('"""', 'r"""'))
    ]
    assert silent == []


@pytest.mark.parametrize("name", forum_pulse.__all__)
def test_public_names_resolve(name: str) -> None:
    """Each name of the lazy face exists."""
    assert getattr(forum_pulse, name).__name__ == name


def test_unknown_public_name_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="nonsense"):
        forum_pulse.nonsense  # noqa: B018
