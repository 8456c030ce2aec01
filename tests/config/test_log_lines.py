"""Lines that are written together: each once and whole, in any thread, at the end, after a fork."""

import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path

PLATFORM = Path(__file__).resolve().parents[2] / "platform"
BEGIN = """
import os, sys, threading, time
from config.log_lines import GatheredLines
lines = GatheredLines(1)
def log(text):
    lines.write(f"{text} {'x' * 500}\\n".encode())
    lines.flush()
"""


def program(text: str) -> subprocess.Popen[str]:
    """A process that runs `text`; what it writes is to be read."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(text)],
        env={"PYTHONPATH": str(PLATFORM)},
        stdout=subprocess.PIPE,
        text=True,
    )


def logged(process: subprocess.Popen[str]) -> list[str]:
    """What the lines said that it has written up to its end; each line is whole."""
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    lines = [line.split(" ") for line in printed.splitlines()]
    assert {rest for _, rest in lines} <= {"x" * 500}
    return [said for said, _ in lines]


def test_many_threads_lines_are_each_written_once_and_in_their_own_order():
    said = logged(
        program("""
            def say(name):
                for number in range(500):
                    log(f"{name}-{number}")
                    if number % 50 == 0:
                        time.sleep(0.01)
            threads = [threading.Thread(target=say, args=(name,)) for name in "abcdefgh"]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
        """)
    )
    assert Counter(said).most_common(1)[0][1] == 1
    for name in "abcdefgh":
        assert [one for one in said if one[0] == name] == [f"{name}-{each}" for each in range(500)]


def test_a_process_that_goes_on_has_its_lines_written():
    process = program("log('first'); time.sleep(0.3); log('second'); time.sleep(60)")
    assert process.stdout is not None
    with process:
        assert process.stdout.readline().split(" ")[0] == "first"
        assert process.stdout.readline().split(" ")[0] == "second"
        process.kill()


def test_a_forked_process_writes_its_own_lines_and_its_parent_those_of_before():
    said = logged(
        program("""
            log("before")
            child = os.fork()
            log("child" if child == 0 else "parent")
            if child == 0:
                time.sleep(0.5)
                os._exit(0)
            os.waitpid(child, 0)
        """)
    )
    assert sorted(said) == ["before", "child", "parent"]
