"""Become a server: change to its user, tie its life to the parent's, and exec it.

Run as a script: `python -IS become.py PARENT UID GID SIGNAL PROGRAM [ARGUMENT …]`.
A process of its own does this, because Python between fork and exec (`preexec_fn`) can deadlock
in a parent with threads, and because an interpreter below /root is out of the new user's reach:
here it is loaded before the change.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def follow(*, parent: int, signum: int) -> None:
    """Get `signum` when the thread that forked us ends. A change of user would undo this.

    Errors: SystemExit when `parent` is dead already.
    """
    if sys.platform != "linux":
        return  # here a server outlives a parent that was killed
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:
        sys.exit("the parent died before the server began")


def become(command: list[str], *, parent: int, uid: int, gid: int, signum: int) -> None:
    """Exec `command` as `uid`, to get `signum` when the thread that forked us ends."""
    if os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    follow(parent=parent, signum=signum)  # after the change of user; the exec keeps it
    # Nothing of our environment is for the server: PGPORT, LC_ALL, secrets.
    os.execve(command[0], command, {"LC_ALL": "C.UTF-8", "PATH": os.defpath})


if __name__ == "__main__":
    parent, uid, gid, signum = map(int, sys.argv[1:5])
    become(sys.argv[5:], parent=parent, uid=uid, gid=gid, signum=signum)
