"""What both servers share: who they run as, where their data lies, how they start and end."""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

BECOME = Path(__file__).with_name("become.py")
CACHE = Path("/var/cache/daiqu")
START_SECONDS = 60.0  # a recovery after a crash may take long
STOP_SECONDS = 20.0
LOCK_SECONDS = 3.0  # a server whose parent was killed needs a moment to close

# What the kernel or a server says, most telling first, and what the reader can do about it.
ADVICE = {
    "Address already in use": "port {port} is taken: stop what holds it or choose another port",
    "No space left on device": "free some disk space or choose another data directory than {dir}",
    "Permission denied": "give us the rights or choose another data directory than {dir}",
    "Read-only file system": "choose another data directory than {dir}",
    "initialized by PostgreSQL version": "wipe {dir} or run the version that wrote it",
    "handle RDB format version": "wipe {dir} or run the version that wrote it",
    "No such file or directory": "a part of {dir} is missing: wipe it",
    "FATAL": "see {log}",
}


class ServerError(Exception):
    """Says in one line what is wrong with a server, and what to do next."""


@dataclass(frozen=True)
class Account:
    """The user and group that a server runs as."""

    uid: int
    gid: int

    @classmethod
    def of_servers(cls) -> Self:
        """Return our own account; for root, whom PostgreSQL refuses, `postgres` or `nobody`.

        Errors: ServerError when neither exists.
        """
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in ("postgres", "nobody"):
            with suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(entry.pw_uid, entry.pw_gid)
        raise ServerError("root has no user `postgres` or `nobody` to run servers as: add one")

    def reaches(self, path: Path) -> bool:
        """Tell whether the account can enter a directory, or run a file.

        The kernel is asked, so that ACLs and mounts count; not for our own account, which meets
        the kernel's own error where it cannot go.
        """
        if self.uid == os.geteuid():
            return True
        asked = subprocess.run(
            ["test", "-x", path], user=self.uid, group=self.gid, extra_groups=[], check=False
        )
        return asked.returncode == 0


def make_directories(path: Path) -> None:
    """Create a directory and its missing parents, open to all whatever the umask says."""
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for directory in reversed(missing):
        directory.mkdir(exist_ok=True)
        directory.chmod(0o755)


def reachable_place(asked: Path, account: Account) -> Path:
    """Return `asked`, or else a place in reach of `account`, always the same for the same path.

    What was asked for below the temporary directory stays temporary.
    """
    if account.uid == os.geteuid() or account.reaches(
        next(p for p in (asked, *asked.parents) if p.exists())
    ):
        return asked
    name = f"{asked.name}-{hashlib.sha256(bytes(asked)).hexdigest()[:12]}"
    temporary = Path(tempfile.gettempdir()).resolve()
    if asked.is_relative_to(temporary):
        return temporary / f"daiqu-{name}"
    return Path("/var/lib/daiqu") / name


def program(package: str, distribution: str, pattern: str, account: Account) -> Path:
    """Return the path of a program out of a wheel, where `account` can run it.

    The package is found, not imported: importing it leaves files behind. A wheel out of reach
    (a .venv below /root) is copied to CACHE once, under its version and a digest of its content.

    Errors: ServerError when the wheel is absent or not for this machine; OSError.
    """
    spec = importlib.util.find_spec(package)
    home = Path(next(iter((spec and spec.submodule_search_locations) or [os.devnull])))
    found = next(home.glob(pattern), None)
    if found is None:
        raise ServerError(f"{distribution} with {pattern} is not installed: run `uv sync`")
    if account.reaches(found):
        return found
    wheel = importlib.metadata.distribution(distribution)
    digest = hashlib.sha256((wheel.read_text("RECORD") or "").encode()).hexdigest()[:12]
    copy = CACHE / f"{package}-{wheel.version}-{digest}"
    if not copy.exists():
        make_directories(CACHE)
        draft = Path(tempfile.mkdtemp(dir=CACHE))
        for tree in (home, home.with_name(f"{package}.libs")):  # programs look for ../*.libs
            if tree.exists():
                unneeded = shutil.ignore_patterns("*.py", "__pycache__", "include")
                shutil.copytree(tree, draft / tree.name, ignore=unneeded)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(draft)
    return copy / package / found.relative_to(home)


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Server(ABC):
    """A server with its data in one directory, which lives no longer than this process.

    On disk `data_dir` is ours, with the lock, the password and the log of the last start; the
    user that the server runs as owns `data_dir/data`. A context manager starts and stops it.
    """

    name: ClassVar[str]
    url_form: ClassVar[str]
    closing: ClassVar[signal.Signals]  # asks the server for a clean end

    def __init__(self, *, data_dir: Path, port: int | None = None) -> None:
        """Take the directory to use and the port, None for any free one. Nothing is written yet.

        Errors: ServerError when we are root and there is no user to run the server as.
        """
        asked = data_dir.expanduser().resolve()
        self._account = Account.of_servers()
        self.data_dir = reachable_place(asked, self._account)
        self.moved_to = self.data_dir if self.data_dir != asked else None
        self.port = self._asked_port = port
        self.password = ""  # random, made with the data, known from the start on
        self._process: subprocess.Popen[bytes] | None = None
        self._data = self.data_dir / "data"
        self._draft = self.data_dir / "data.new"
        self._log = self.data_dir / "log"
        self._password_file = self.data_dir / "password"
        self._marker = self.data_dir / f".daiqu-{self.name.lower()}"

    @abstractmethod
    def _prepare(self, lock: int) -> None:
        """Make `data_dir/data` ready, on the first start and after any kind of end."""

    @abstractmethod
    def _command(self, port: int) -> list[str | Path]:
        """Return the program and its arguments."""

    @property
    def url(self) -> str:
        """The URL to connect with, password included. Errors: ServerError when not running."""
        if self._process is None:
            raise ServerError(f"{self.name} is not running: start it first")
        return self.url_form.format(password=self.password, port=self.port)

    def check(self) -> None:
        """Errors: ServerError when the server has ended by itself, with what it said last."""
        if self._process is not None and self._process.poll() is not None:
            raise self._failure(self._log.read_text(errors="replace"))

    def start(self) -> None:
        """Start the server, with new data the first time; return when it accepts connections.

        Errors: ServerError.
        """
        with self._explained():
            self._refuse_foreign()
            make_directories(self.data_dir)
            if self.moved_to and self.data_dir.lstat().st_uid != os.geteuid():
                raise ServerError(f"{self.data_dir} belongs to another user: remove it")
            lock = self._lock()
            try:
                self._prepare(lock)
                self.password = self._password_file.read_text()
                self._launch(lock)
            finally:
                os.close(lock)

    def stop(self) -> None:
        """End the server cleanly, by force after STOP_SECONDS. Does nothing when not running."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(self.closing)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def wipe(self) -> None:
        """Remove the data, the password and the log; what is not ours in the directory stays.

        Errors: ServerError when the server runs, here or elsewhere, or the directory is not ours.
        """
        with self._explained():
            self._refuse_foreign()
            if not self._marker.exists():
                return
            lock = self._lock()
            try:
                for tree in (self._data, self._draft):
                    if tree.exists():
                        shutil.rmtree(tree)
                for file in (self._password_file, self._log, self._marker):
                    file.unlink(missing_ok=True)
                with suppress(OSError):  # not empty
                    self.data_dir.rmdir()
            finally:
                os.close(lock)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _refuse_foreign(self) -> None:
        directory = self.data_dir
        if directory.exists() and any(directory.iterdir()) and not self._marker.exists():
            raise ServerError(f"{directory} holds something else: choose another data directory")

    def _lock(self) -> int:
        """Take the data directory; wait LOCK_SECONDS for a server that is about to end.

        The server inherits the descriptor and so do its children: the lock is held exactly as
        long as any of them lives, whatever became of us. Who has it therefore knows that every
        pid file is stale, even where its number belongs to another process by now.
        """
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            with open(os.open(self._marker, os.O_RDWR | os.O_CREAT, 0o644), "r+") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ServerError(
                            f"{self.data_dir} is in use by {file.read() or 'another process'}:"
                            " stop it or choose another data directory"
                        ) from None
                else:
                    if os.fstat(file.fileno()).st_nlink:  # not wiped since we opened it
                        command = textwrap.shorten(shlex.join(sys.orig_argv), 200)
                        file.truncate()
                        file.write(f"process {os.getpid()} ({command})")
                        file.flush()
                        return os.dup(file.fileno())
            time.sleep(0.05)

    def _write_private(self, path: Path, text: str) -> None:
        """Write a file that only the server's user, and root, can read."""
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            os.fchown(file.fileno(), self._account.uid, self._account.gid)
            file.write(text)

    def _make_private(self, path: Path) -> None:
        """Create an empty directory of the server's user."""
        path.mkdir(mode=0o700)
        os.chown(path, self._account.uid, self._account.gid)

    def _launch(self, lock: int) -> None:
        for _ in range(3):  # a free port can be lost to another process before the server has it
            self.port = self._asked_port or free_port()
            self._process = self._spawn(self._command(self.port), self._data, lock)
            try:
                if self._becomes_ready(self._process):
                    return
            except BaseException:
                self.stop()
                raise
            self._process = None
            said = self._log.read_text(errors="replace")
            if self._asked_port or "Address already in use" not in said:
                break
        raise self._failure(said)

    def _spawn(
        self, command: list[str | Path], directory: Path, lock: int
    ) -> subprocess.Popen[bytes]:
        """Run a program as the server's user, from a thread that then waits for its end.

        PR_SET_PDEATHSIG is tied to the thread that forked, not to its process: started from a
        thread that ends (`asyncio.to_thread`), a server would end with it. This one lasts exactly
        as long as the server. A session of its own keeps the terminal's Ctrl-C from the server:
        the demo ends its own parts first.
        """
        born: Future[subprocess.Popen[bytes]] = Future()
        identity = (os.getpid(), self._account.uid, self._account.gid, int(self.closing))

        def bear_and_wait() -> None:
            try:
                with self._log.open("wb") as log:
                    process = subprocess.Popen(
                        [sys.executable, "-IS", BECOME, *map(str, identity), *command],
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        pass_fds=[lock],
                        cwd=directory,
                        start_new_session=True,
                    )
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                born.set_exception(error)
            else:
                born.set_result(process)
                process.wait()

        threading.Thread(target=bear_and_wait, name=f"{self.name}'s parent", daemon=True).start()
        return born.result()

    def _becomes_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the server accepts connections; return False when it ended instead.

        Both servers say so in the same words, and their own log cannot be mistaken, where a port
        that answers could be someone else's.
        """
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None:
            if b"eady to accept connections" in self._log.read_bytes():
                return True
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{self.name} is not ready after {START_SECONDS} s: see {self._log}"
                )
            time.sleep(0.01)
        return False

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._failure(str(error)) from error

    def _failure(self, said: str) -> ServerError:
        """Return the error that holds the telling line of an output, and what to do about it."""
        if not said and shutil.disk_usage(self.data_dir).free < 1 << 20:
            said = "No space left on device"  # nor any for the log
        lines = said.splitlines() or ["it ended without a word"]
        line, advice = next(
            ((line, advice) for mark, advice in ADVICE.items() for line in lines if mark in line),
            (lines[-1], "see {log}"),
        )
        line = re.sub(r"^.*?(?:[A-Z]{3,}:|error:| [#*]) +", "", line)
        advice = advice.format(port=self.port, dir=self.data_dir, log=self._log)
        return ServerError(f"{self.name}: {line}; {advice}")
