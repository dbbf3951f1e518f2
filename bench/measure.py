"""Runs commands and measures them: medians, spread, peak memory, ratios.

Whole processes, as a user would start them: wall and CPU seconds and peak
resident memory come from the kernel's own accounting of each finished run.
Commands that are compared take turns (A B A B ...), so that a machine whose
speed drifts treats them alike.
"""

import json
import os
import statistics
import subprocess
import sys
import time


class Run:
    """One finished process."""

    def __init__(self, wall, cpu, peak_mb, code):
        self.wall, self.cpu, self.peak_mb, self.code = wall, cpu, peak_mb, code


def run_once(command, cwd=None, env=None):
    """A command is a list of words, or a list of such lists run in turn."""
    if command and isinstance(command[0], str):
        command = [command]
    wall = cpu = peak = 0.0
    for words in command:
        start = time.monotonic()
        child = subprocess.Popen(
            words, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        message = child.stderr.read()
        _, status, use = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall += time.monotonic() - start
        cpu += use.ru_utime + use.ru_stime
        peak = max(peak, use.ru_maxrss / 1024)
        if child.returncode != 0:
            raise SystemExit("%s: exit %d: %s" % (
                " ".join(words), child.returncode,
                message.decode(errors="replace")[-400:]))
    return Run(wall, cpu, peak, 0)


class Result:
    """All runs of one command."""

    def __init__(self, name, runs):
        self.name = name
        self.walls = sorted(r.wall for r in runs)
        self.wall = statistics.median(self.walls)
        self.cpu = statistics.median(r.cpu for r in runs)
        self.peak_mb = max(r.peak_mb for r in runs)

    def as_json(self):
        return {"name": self.name, "wall_s": round(self.wall, 4),
                "wall_min_s": round(self.walls[0], 4),
                "wall_max_s": round(self.walls[-1], 4),
                "cpu_s": round(self.cpu, 4),
                "peak_mb": round(self.peak_mb, 1), "runs": len(self.walls)}


def compare(commands, runs=5, before=None):
    """Measures {name: command} in turn, after one round that does not count
    (WARM=0: there is none). before() is called ahead of every command, e.g. to
    remove outputs."""
    seen = {name: [] for name in commands}
    for n in range(1 - int(os.environ.get("WARM", "1")), runs + 1):
        for name, command in commands.items():
            if before:
                before()
            one = run_once(command)
            if n:
                seen[name].append(one)
    return {name: Result(name, list_) for name, list_ in seen.items()}


class Table:
    """Rows for people (Markdown) and programs (JSON)."""

    def __init__(self, title, columns):
        self.title, self.columns, self.rows = title, columns, []

    def add(self, *cells):
        self.rows.append([str(c) for c in cells])
        print("  " + " | ".join(str(c) for c in cells), file=sys.stderr)

    def markdown(self):
        lines = ["### " + self.title, "",
                 "| " + " | ".join(self.columns) + " |",
                 "|" + "---|" * len(self.columns)]
        lines += ["| " + " | ".join(r) + " |" for r in self.rows]
        return "\n".join(lines) + "\n"

    def as_json(self):
        return {"title": self.title,
                "rows": [dict(zip(self.columns, r)) for r in self.rows]}


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return "%s, %d processors, Linux %s" % (
        model, len(os.sched_getaffinity(0)), os.uname().release)


def finish(tables, path):
    text = "Measured on %s.\n\n" % machine()
    text += "\n".join(t.markdown() for t in tables)
    print(text)
    with open(path + ".md", "w") as f:
        f.write(text)
    with open(path + ".json", "w") as f:
        json.dump({"machine": machine(),
                   "tables": [t.as_json() for t in tables]}, f, indent=1)
