"""python -m devtools.demo.follow PARENT COMMAND…: become `python COMMAND…`, to die with PARENT."""

import os
import signal
import sys

from devtools.servers.become import follow

if __name__ == "__main__":
    # No grace when the parent was killed: the database is gone with it.
    follow(parent=int(sys.argv[1]), signum=signal.SIGKILL)
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
