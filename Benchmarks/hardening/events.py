#!/usr/bin/env python3
"""An event queue of 16 and a flood of files: nothing is lost.

    events.py [--files 10000] [--limit 16] [--bin DIR] [--work DIR]

Sets fs.inotify.max_queued_events while a forensicd of its own attaches its inbox (root; set back at
once: an instance keeps the limit it was made with), then renames small pictures, each with bytes of
its own, into the inbox as fast as it can, half of them into folders made at the same time. Rescans
that are not caused by the overflow are an hour apart. Every picture has to be reported once.
"""
import pathlib
import signal
import sys
import time

import service

LIMIT = pathlib.Path("/proc/sys/fs/inotify/max_queued_events")


def main():
    parser = service.parser("events", files=10_000)
    parser.add_argument("--limit", type=int, default=16)
    options = parser.parse_args()
    folder = options.work / "events"
    daemon = service.Service(options, folder, settings="rescan = 3600")
    usual = LIMIT.read_text()
    LIMIT.write_text(str(options.limit))
    try:
        daemon.running()
        daemon.wait(
            lambda s: s["inboxes"][0]["mode"] == "inotify" and s["inboxes"][0].get("lastScan"), 30)
    finally:
        LIMIT.write_text(usual)
    began = time.monotonic()
    draft, inbox = folder / "draft", folder / "inbox"
    for number, content in enumerate(service.small_pictures(options.files)):
        draft.write_bytes(content)
        place = inbox / f"{number // 100:03}" if number % 200 >= 100 else inbox
        place.mkdir(exist_ok=True)
        draft.rename(place / f"{number:06}.jpg")
    dropped = time.monotonic() - began
    status = daemon.wait(
        lambda s: s["reported"] + s["quarantined"] >= options.files, 3600, restarting=False)
    took = time.monotonic() - began
    daemon.stop(signal.SIGTERM)
    found, problems = daemon.reports()
    names = {report["exhibit"]["name"] for reports in found.values() for report in reports}
    if len(names) != options.files or sum(map(len, found.values())) != options.files:
        problems.append(f"{sum(map(len, found.values()))} reports of {len(names)} files")
    note = (status.get("lastError") or {}).get("message") or ""
    if "events" not in note:
        problems.append("status does not tell of the overflow")
    print(
        f"{options.files} files in {dropped:.1f} s, a queue of {options.limit} events: "
        f"{len(names)} reported, {status['quarantined']} in quarantine, after {took:.0f} s; "
        f"status: {note}")
    sys.exit(0 if service.conclude(problems, folder) else 1)


main()
