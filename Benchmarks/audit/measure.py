#!/usr/bin/env python3
"""An audit of many files: rate against the examiners' own, memory, five kills, equality.

    measure.py [--files 20000] [--workers 2] [--work DIR] [--program forensicctl]

The archive is the data set repeated, each copy with 16 bytes of its own behind the picture, so
that every file has bytes nobody has seen. Two audits of it: one undisturbed, whose memory and
processor time are sampled; one killed with SIGKILL five times, at a sixth, two sixths, … of the
files, and gone on with. Their results have to be equal, byte for byte.

The examiners' own rate is what they would reach if nothing but them used a processor: the share of
the whole audit's processor time that they spend on exhibits. It does not depend on what else the
machine does; files a second of wall clock do, and are told beside it.
"""
import argparse
import filecmp
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

RESULTS = ["results.jsonl", "results.sqlite", "summary.json", "summary.html"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")


def build(folder, count):
    data = pathlib.Path(os.environ.get("DATASET_DIR", ROOT / ".." / "shared" / "dataset"))
    pictures = sorted(p for p in (data / "images").rglob("*") if p.is_file())
    if not pictures:
        sys.exit("set DATASET_DIR")
    size = 0
    for number in range(count):
        place = folder / f"{number // 1000:03}" / f"{number:06}{pictures[number % len(pictures)].suffix}"
        place.parent.mkdir(parents=True, exist_ok=True)
        content = pictures[number % len(pictures)].read_bytes() + f"{number:016}".encode()
        place.write_bytes(content)
        size += len(content)
    return size


def processor_time(pid):
    """Seconds a process has used itself, and the pages it has resident."""
    try:
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return (int(fields[11]) + int(fields[12])) / TICK, int(fields[21]) * os.sysconf("SC_PAGE_SIZE")


def children(pid):
    try:
        return open(f"/proc/{pid}/task/{pid}/children").read().split() + [
            child
            for task in os.listdir(f"/proc/{pid}/task")
            if task != str(pid)
            for child in open(f"/proc/{pid}/task/{task}/children").read().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return []


def start(options, folder, output):
    return subprocess.Popen(
        [options.program, "audit", folder, "-o", output, "--workers", str(options.workers)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lines(output):
    try:
        base = sqlite3.connect(f"file:{output}/state.sqlite?mode=ro", uri=True, timeout=5)
        return base.execute("SELECT count(*) FROM files").fetchone()[0]
    except sqlite3.Error:
        return 0


def undisturbed(options, folder, output):
    began = time.monotonic()
    process = start(options, folder, output)
    own, examiners, memory = 0.0, {}, []
    while process.poll() is None:
        now = processor_time(process.pid)
        if now:
            own = max(own, now[0])
            memory.append((time.monotonic() - began, now[1]))
        for child in children(process.pid):
            used = processor_time(child)
            if used:
                examiners[child] = max(used[0], examiners.get(child, 0))
        time.sleep(0.25)
    if process.returncode:
        sys.exit(f"the audit ended with {process.returncode}")
    return time.monotonic() - began, own, sum(examiners.values()), memory


def killed(options, folder, output):
    kills = []
    for part in range(1, 6):
        process = start(options, folder, output)
        while lines(output) < options.files * part // 6:
            if process.poll() is not None:
                sys.exit("the audit ended before it was killed")
            time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills.append(lines(output))
    process = start(options, folder, output)
    if process.wait():
        sys.exit(f"the audit ended with {process.returncode}")
    return kills


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=20000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "var" / "audit-benchmark")
    parser.add_argument("--program", default=ROOT / "bin" / "forensicctl")
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    archive = options.work / "archive"
    size = build(archive, options.files)
    print(f"{options.files:,} files, {size / 1e6:,.0f} MB, {options.workers} examiners", flush=True)
    whole, broken = options.work / "whole", options.work / "killed"
    seconds, own, examiners, memory = undisturbed(options, archive, whole)
    share = examiners / (own + examiners)
    print(f"files a second:                 {options.files / seconds:.1f} (wall clock)")
    print(f"processor time a file:          {1000 * (own + examiners) / options.files:.2f} ms")
    print(f"of it, the examiners':          {1000 * examiners / options.files:.2f} ms")
    print(f"files a second per core:        {options.files / (own + examiners):.1f}")
    print(f"examiners' own rate per core:   {options.files / examiners:.1f}")
    print(f"rate / the examiners' own:      {100 * share:.1f} % (95 or more)", flush=True)
    parts = [memory[len(memory) * i // 10: len(memory) * (i + 1) // 10] for i in range(1, 10)]
    means = [sum(m for _, m in part) / max(1, len(part)) / 1e6 for part in parts]
    print("resident MB, by tenths from the second: " + " ".join(f"{m:.1f}" for m in means))
    print(f"most resident:                  {max(m for _, m in memory) / 1e6:.1f} MB")
    print(f"killed with so many lines:      {killed(options, archive, broken)}")
    equal = all(filecmp.cmp(whole / name, broken / name, shallow=False) for name in RESULTS)
    print(f"runs of the killed audit:       {json.load(open(broken / 'run.json'))['runs']}")
    print(f"results equal, byte for byte:   {'yes' if equal else 'NO'}")
    sys.exit(0 if equal and share >= 0.95 else 1)


main()
