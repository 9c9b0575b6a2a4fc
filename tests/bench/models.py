"""Runs a command, notes when it says that it builds a model, and prints what the models took.

    python3 tests/bench/models.py DISTRICTS TIMES.json COMMAND…

TIMES.json is written: the seconds of each model, by its name.
"""

import json
import resource
import subprocess
import sys
import time

districts, times, command = sys.argv[1], sys.argv[2], sys.argv[3:]
begun, models = time.monotonic(), []
last = None
with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
    for line in run.stderr:
        now = time.monotonic()
        if not line.startswith("{"):
            continue
        entry = json.loads(line)
        if entry["event"] == "building":
            if models:
                models[-1][1] = now - models[-1][1]
            models.append([entry["table"], now])
        elif models and last is None:
            last = now
if run.returncode or not models or last is None:
    sys.exit(f"{' '.join(command)} ended with {run.returncode} after {len(models)} models")
whole = time.monotonic() - begun
models[-1][1] = last - models[-1][1]
took = sum(seconds for _, seconds in models)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{districts} districts: {len(models)} models in {took:.1f} s; the run, with its report, {whole:.1f} s and {peak:.0f} MiB")
for name, seconds in sorted(models, key=lambda model: -model[1])[:5]:
    print(f"    {seconds:7.2f} s  {name}")
with open(times, "w") as file:
    json.dump({name.split(".")[-1]: seconds for name, seconds in models}, file)
