#!/usr/bin/env python3
"""The clock is set by a day under a running service: nothing is lost, nothing waits for the day.

    clock.py [--files 12] [--bin DIR] [--work DIR] [forward|back|back-while-stopped]…

The calendar's clock as forensicd sees it is moved (clock.c, preloaded; needs cc; the machine's own
clock stays) while 1. reports that could not be written wait half a minute for the next attempt,
2. exhibits are queued, 3. a file is being written. Pictures dropped afterwards have to be reported
as quickly as ever, the waiting ones when their half minute is over, and every one once.
"""
import errno
import signal
import struct
import sys
import threading
import time

import service

CASES = {"forward": 86_400, "back": -86_400, "back-while-stopped": -86_400}


def write_slowly(path, content, done):
    """Writes a file with something behind it, a little five times a second, until `done`."""
    with path.open("wb") as file:
        file.write(content)
        while not done.wait(0.2):
            file.write(b"more")
            file.flush()


def run(options, name, pictures, libraries):
    folder = options.work / name
    offset, switch = options.work / f"{name}.offset", options.work / f"{name}.switch"
    offset.write_bytes(struct.pack("q", 0))
    daemon = service.Service(options, folder, {
        "LD_PRELOAD": ":".join(map(str, libraries)), "CLOCK_OFFSET": str(offset),
        "FAULT_CALL": "rename", "FAULT_ERROR": str(errno.ENOSPC), "FAULT_EVERY": "1",
        "FAULT_FOLDER": str(folder / "outbox"), "FAULT_SWITCH": str(switch)},
        settings="rescan = 3600")
    daemon.running()
    waiting, queued, after = (pictures[k::3] for k in range(3))
    switch.touch()
    for picture in waiting:
        daemon.drop(picture, f"waiting-{picture.name}")
    daemon.wait(lambda s: s["failed"] >= len(waiting), 60)
    began = time.monotonic()
    switch.unlink()
    done = threading.Event()
    writer = threading.Thread(
        target=write_slowly, args=(folder / "inbox" / "slow.jpg", after[0].read_bytes(), done))
    writer.start()
    for picture in queued:
        daemon.drop(picture, f"queued-{picture.name}")
    if name.endswith("stopped"):
        daemon.stop(signal.SIGKILL)
    with offset.open("r+b") as file:
        file.write(struct.pack("q", CASES[name]))
    daemon.running()
    for picture in after:
        daemon.drop(picture, f"after-{picture.name}")
    dropped = time.monotonic()
    early = len(queued) + len(after)
    daemon.wait(lambda s: s["reported"] >= early, 60)
    quick = time.monotonic() - dropped
    done.set()
    writer.join()
    count = len(pictures) + 1
    status = daemon.wait(lambda s: s["reported"] >= count, 90)
    waited = time.monotonic() - began
    daemon.stop(signal.SIGTERM)
    found, problems = daemon.reports()
    reports = [report for same in found.values() for report in same]
    names = {report["exhibit"]["name"] for report in reports}
    if len(reports) != count or len(names) != count:
        problems.append(f"{len(reports)} reports of {len(names)} names")
    if quick > 20:
        problems.append("what came afterwards had to wait")
    if not 25 < waited < 45:
        problems.append("what waited did not wait for half a minute")
    told = ((status or {}).get("lastError") or {}).get("message", "nothing")
    if "clock" not in told and not name.endswith("stopped"):
        problems.append("status does not tell")
    print(
        f"{name:18} {len(names)} of {count} reported once; dropped afterwards: {quick:.1f} s, "
        f"waiting for another attempt: {waited:.1f} s; status: {told}", flush=True)
    return service.conclude(problems, folder)


def main():
    parser = service.parser("clock", files=12)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    options = parser.parse_args()
    pictures = service.pictures(options.files)
    libraries = [service.preloaded(options.work, name) for name in ("clock", "faults")]
    fine = [run(options, name, pictures, libraries) for name in options.cases]
    sys.exit(0 if all(fine) else 1)


main()
