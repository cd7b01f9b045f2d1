#!/usr/bin/env python3
"""Very many files through one service: memory and descriptors over time.

    growth.py [--files 50000] [--bin DIR] [--work DIR]

Keeps the inbox of a forensicd of its own filled with small pictures, each with bytes of its own
(archived, so that the inbox does not fill up; examiners are replaced as they always are), and reads
the service's resident memory, its private dirty memory and its descriptors every five seconds from
/proc. The growth is the slope of a line laid through the second half by least squares.
"""
import os
import pathlib
import re
import signal
import sys
import time

import service


def facts(pid):
    """Resident and private memory in MiB, open descriptors, threads."""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    def kib(name):
        return int(re.search(rf"^{name}:\s+(\d+)", rollup, re.M).group(1))
    return (kib("Rss") / 1024, kib("Private_Dirty") / 1024, len(os.listdir(f"/proc/{pid}/fd")),
            len(os.listdir(f"/proc/{pid}/task")))


def slope(points):
    """Least squares: change of the second over the first."""
    count = len(points)
    mean_x, mean_y = (sum(p[k] for p in points) / count for k in (0, 1))
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    under = sum((x - mean_x) ** 2 for x, _ in points)
    return over / under if under else 0.0


def main():
    parser = service.parser("growth", files=50_000)
    parser.add_argument("--seconds", type=float, default=7200, help="stop dropping after that")
    options = parser.parse_args()
    folder = options.work / "growth"
    daemon = service.Service(
        options, folder, settings="rescan = 300", inbox='disposition = "archive"\n')
    daemon.running()
    began = time.monotonic()
    samples, dropped, status = [], 0, daemon.status()
    pictures = service.small_pictures(options.files)
    draft, inbox = folder / "draft", folder / "inbox"
    next_sample, next_line = 0.0, 0.0
    while True:
        now = time.monotonic() - began
        ends = status["reported"] + status["quarantined"]
        may_drop = dropped < options.files and now < options.seconds
        if not may_drop and ends >= dropped:
            break
        while may_drop and dropped < options.files and dropped - ends < 500:
            draft.write_bytes(next(pictures))
            draft.rename(inbox / f"{dropped:06}.jpg")
            dropped += 1
        if now >= next_sample:
            next_sample = now + 5
            samples.append((now, ends, *facts(daemon.process.pid)))
        if now >= next_line:
            next_line = now + 60
            print("%6.0f s %6d files, resident %.1f MiB, private %.1f MiB, %d descriptors, "
                  "%d threads" % samples[-1], flush=True)
        time.sleep(0.2)
        status = daemon.status() or status
        if daemon.process.poll() is not None:
            sys.exit("the service ended")
    took = time.monotonic() - began
    daemon.stop(signal.SIGTERM)
    found, problems = daemon.reports()
    if len(found) != dropped:
        problems.append(f"{len(found)} of {dropped} reported")
    half = [s for s in samples if s[0] >= took / 2] or samples[-1:]
    for name, column in (("resident", 2), ("private", 3)):
        a_hour = slope([(s[0] / 3600, s[column]) for s in half])
        a_file = slope([(s[1] / 10_000, s[column]) for s in half])
        print(f"{name}: {half[0][column]:.1f} … {half[-1][column]:.1f} MiB in the second half, most "
              f"{max(s[column] for s in samples):.1f}; {a_hour:+.2f} MiB an hour, {a_file:+.2f} MiB "
              "in 10,000 files")
    print(f"descriptors: {min(s[4] for s in half)} … {max(s[4] for s in half)} in the second half, "
          f"{max(s[4] for s in samples)} at most; threads at most {max(s[5] for s in samples)}")
    print(f"{dropped} files in {took:.0f} s, {len(found)} reported, {status['quarantined']} in "
          f"quarantine, {daemon.restarts} restarts")
    sys.exit(0 if service.conclude(problems, folder) else 1)


main()
