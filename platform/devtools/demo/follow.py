"""python -m devtools.demo.follow PARENT COMMAND…: become `python COMMAND…`, to die with PARENT."""

import os
import signal
import sys

from devtools.servers.become import follow

if __name__ == "__main__":
    follow(parent=int(sys.argv[1]), signum=signal.SIGTERM)
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
