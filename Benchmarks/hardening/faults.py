#!/usr/bin/env python3
"""A service whose disk fails under it: nothing may be lost, nothing half-written, and status tells.

    faults.py [--files 40] [--every 3] [--bin DIR] [--work DIR] [CASE…]

For each kind of call and error (faults.c, preloaded; needs cc) a forensicd of its own gets so many
pictures of $DATASET_DIR while every third such call on its outbox, state or inbox fails; seconds
later the disk is mended. A service that ends is started again, as its unit would. Then there has to
be exactly one report each, whole, the originals have to be as they were, and status must have told
of the trouble, where there was any.
"""
import errno
import signal
import sys
import time

import service

CASES = {
    "write-ENOSPC": ("write", errno.ENOSPC, ""), "write-EDQUOT": ("write", errno.EDQUOT, ""),
    "write-EIO": ("write", errno.EIO, ""), "write-short": ("write", 0, ""),
    "fsync-EIO": ("fsync", errno.EIO, ""), "fsync-ENOSPC": ("fsync", errno.ENOSPC, ""),
    "rename-ENOSPC": ("rename", errno.ENOSPC, ""), "rename-EIO": ("rename", errno.EIO, ""),
    "rename-EDQUOT": ("rename", errno.EDQUOT, ""),
    # Of the originals alone: what SQLite cannot read is another matter.
    "read-EIO": ("read", errno.EIO, "/inbox"),
}


def run(options, name, pictures, library):
    call, error, part = CASES[name]
    folder = options.work / name
    switch = folder / "switch"
    daemon = service.Service(options, folder, {
        "LD_PRELOAD": str(library), "FAULT_CALL": call, "FAULT_ERROR": str(error),
        "FAULT_EVERY": str(options.every), "FAULT_FOLDER": str(folder) + part,
        "FAULT_SWITCH": str(switch)})
    daemon.running()
    switch.touch()
    wanted = {}
    for number, picture in enumerate(pictures):
        daemon.drop(picture, f"{number}{picture.suffix}")
        wanted[f"{number}{picture.suffix}"] = service.digest(picture)
    told = None
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        daemon.keep_running()
        status = daemon.status()
        told = told or (status or {}).get("lastError")
        time.sleep(0.25)
    switch.unlink()
    count = len(pictures)
    status = daemon.wait(lambda s: s["reported"] + s["quarantined"] >= count, 240)
    daemon.stop(signal.SIGTERM)
    found, problems = daemon.reports()
    reports = {}
    for report in (report for same in found.values() for report in same):
        reports.setdefault(report["exhibit"]["name"], []).append(report)
    for file, sha in wanted.items():
        of_it = reports.get(file, [])
        if len(of_it) != 1 or of_it[0]["exhibit"]["sha256"] != sha:
            problems.append(f"{file}: {len(of_it)} reports")
        if service.digest(folder / "inbox" / file) != sha:
            problems.append(f"{file} was changed")
    if status is None or status["failed"] or status["queued"] or status["examining"]:
        problems.append(f"status at the end: {status}")
    print(
        f"{name:14} {len(reports):3} of {count} reported once, {(status or {}).get('quarantined')} "
        f"in quarantine, {daemon.restarts} restarts; status: "
        f"{told['message'][:70] if told else 'nothing to tell'}", flush=True)
    return service.conclude(problems, folder)


def main():
    parser = service.parser("faults", files=40)
    parser.add_argument("--every", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="how long the disk fails")
    parser.add_argument("cases", nargs="*", default=list(CASES))
    options = parser.parse_args()
    pictures = service.pictures(options.files)
    library = service.preloaded(options.work, "faults")
    fine = [run(options, name, pictures, library) for name in options.cases]
    sys.exit(0 if all(fine) else 1)


main()
