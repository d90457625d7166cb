"""Keys are rotated while captures run without a pause: how many jobs fail, and how long one rotation takes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Figure
from tests.benchmarks.servers import ROOT

ROTATIONS = 100


def measure(quick: bool) -> Iterator[Figure]:
    count = 12 if quick else ROTATIONS
    command = [sys.executable, "manage.py", "rotation_drill", f"--rotations={count}"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=False)
    told = done.stdout
    rotated, refreshed = (int(each) for each in re.findall(r"^(\d+) keys rotated and (\d+) pairs", told, re.M)[0])
    took, most = (float(each) for each in re.findall(r"takes ([\d.]+) s at the median, ([\d.]+) s", told)[0])
    loaded = int(re.findall(r"^(\d+) of \d+ while", told, re.M)[0])
    failed = told.count("FAILED")
    yield Figure("keys rotated and tokens refreshed", rotated + refreshed, "", ">=", count, f"{refreshed} by refresh")
    yield Figure("while a capture of the workspace was running", loaded, "")
    yield Figure("jobs failed meanwhile", failed, "", "<=", 0)
    yield Figure("one rotation, proof included", took, "s", note=f"{most:.2f} s at most")
