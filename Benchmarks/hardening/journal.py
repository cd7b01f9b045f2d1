#!/usr/bin/env python3
"""A journal that is damaged between two runs: the service starts, says so, keeps the damaged file
and has every file reported.

    journal.py [--files 12] [--seed 1] [--bin DIR] [--work DIR] [CASE…]

For each case and disposition: a third of the pictures of $DATASET_DIR is reported and the service
stopped in good order, so that these are in the journal proper; the rest is dropped and the service
killed (SIGKILL) with some of it reported; the journal is damaged; the service is started again and
given one more picture. Then every picture has to be reported (one that was known to the lost part
of the journal alone may be reported once more), `reports.jsonl` has to name every report once, the
originals have to lie unchanged in the inbox or in the evidence store, and the damaged file has to
lie beside the new one where there was something to be kept.
"""
import os
import random
import signal
import sys
import time

import service

PAGE = 4096


def size(path):
    return path.stat().st_size if path.exists() else 0


def overwrite(path, offset, data):
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def pages(path, dice, count, length=PAGE):
    for _ in range(count):
        page = dice.randrange(max(1, size(path) // PAGE))
        overwrite(path, page * PAGE + dice.randrange(PAGE - length + 1), dice.randbytes(length))


def bits(path, dice, count):
    """Single bytes somewhere, which SQLite may not notice."""
    content = bytearray(path.read_bytes())
    for _ in range(count):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(content)


# What is done to the journal and its write-ahead log, with dice.
CASES = {
    "cut to half": lambda j, w, d: (os.truncate(j, size(j) // 2), w.unlink()),
    "cut to 1 page": lambda j, w, d: (os.truncate(j, PAGE), w.unlink()),
    "cut to 100 bytes": lambda j, w, d: (os.truncate(j, 100), w.unlink()),
    "garbage header": lambda j, w, d: (overwrite(j, 0, d.randbytes(100)), w.unlink()),
    "3 random pages": lambda j, w, d: (pages(j, d, 3), w.unlink()),
    "64 bytes in 6 pages": lambda j, w, d: (pages(j, d, 6, 64), w.unlink()),
    "200 single bytes": lambda j, w, d: (bits(j, d, 200), w.unlink()),
    "all of it random": lambda j, w, d: (j.write_bytes(d.randbytes(size(j))), w.unlink()),
    "garbage header, log there": lambda j, w, d: overwrite(j, 0, d.randbytes(100)),
    "6 random pages, log there": lambda j, w, d: pages(j, d, 6),
    "empty, log there": lambda j, w, d: os.truncate(j, 0),
    "empty, log lost": lambda j, w, d: (os.truncate(j, 0), w.unlink()),
    "file lost, log there": lambda j, w, d: j.unlink(),
    "log lost": lambda j, w, d: w.unlink(),
    "log cut to half": lambda j, w, d: os.truncate(w, size(w) // 2),
    "log random": lambda j, w, d: w.write_bytes(d.randbytes(size(w))),
    "pages of the log": lambda j, w, d: pages(w, d, 6),
}
MAY_GO_UNNOTICED = {
    "empty, log lost", "log lost", "log cut to half", "log random", "pages of the log",
    "64 bytes in 6 pages", "200 single bytes",
    # The log holds the newer pages.
    "garbage header, log there", "6 random pages, log there",
}


def run(options, name, disposition, pictures):
    folder = options.work / f"{name}, {disposition}".replace(" ", "-").replace(",", "")
    daemon = service.Service(options, folder, inbox=f'disposition = "{disposition}"\n')
    state = folder / "state"
    journal, log = state / "journal.sqlite", state / "journal.sqlite-wal"
    first, last = pictures[: len(pictures) // 3], pictures[-1]
    daemon.running()
    for picture in first:
        daemon.drop(picture, picture.name)
    daemon.wait(lambda s: s["reported"] >= len(first), 120)
    daemon.stop(signal.SIGTERM)
    daemon.running()
    for picture in pictures[len(first):-1]:
        daemon.drop(picture, picture.name)
    daemon.wait(lambda s: s["reported"] >= len(pictures) // 2, 120)
    daemon.stop(signal.SIGKILL)
    before, _ = daemon.reports()
    daemon.restarts = -1
    CASES[name](journal, log, random.Random(f"{options.seed} {name}"))
    (state / "journal.sqlite-shm").unlink(missing_ok=True)
    daemon.running()
    daemon.drop(last, last.name)
    wanted = {service.digest(picture): picture for picture in pictures}
    end = time.monotonic() + 120
    while time.monotonic() < end:
        daemon.keep_running()
        found, problems = daemon.reports()
        status = daemon.status()
        if status and wanted.keys() <= found.keys() and not (
                status["queued"] + status["examining"] + status["settling"] + status["failed"]):
            break
        time.sleep(0.25)
    time.sleep(2.5)
    status = daemon.status()
    daemon.stop(signal.SIGTERM)
    found, problems = daemon.reports()
    lost = [picture.name for sha, picture in wanted.items() if sha not in found]
    if lost:
        problems.append(f"not reported: {lost}")
    for sha, reports in before.items():
        kept = {report["exhibit"]["id"] for report in found.get(sha, [])}
        if not {report["exhibit"]["id"] for report in reports} <= kept:
            problems.append(f"a report is gone: {sha}")
    evidence = {path.parent.name + path.name: path for path in (state / "evidence").rglob("*")}
    for sha, picture in wanted.items():
        originals = [folder / "inbox" / picture.name, evidence.get(sha)]
        originals = [path for path in originals if path and path.exists()]
        if not originals or any(service.digest(path) != sha for path in originals):
            problems.append(f"the original of {picture.name} is gone or changed")
    ids = [report["exhibit"]["id"] for reports in found.values() for report in reports]
    if len(set(ids)) != len(ids):
        problems.append("a number was given twice")
    aside = sorted(state.glob("journal.sqlite.damaged-*"))
    if not aside and name not in MAY_GO_UNNOTICED:
        problems.append("nothing was kept")
    notices = (status or {}).get("notices") or []
    if aside and not any("damaged" in notice for notice in notices):
        # Told by the run that found it; a later restart has nothing to tell any more.
        notices = notices + ["(told by an earlier run)"]
    twice = sum(len(reports) - 1 for reports in found.values())
    print(
        f"{name:25} {disposition:8} {len(wanted) - len(lost):2} of {len(wanted)} reported, "
        f"{twice} twice, {daemon.restarts} restarts, kept aside: {len(aside)}; "
        f"{'; '.join(n.split(')')[0][:90] for n in notices) or 'nothing to tell'}", flush=True)
    return service.conclude(problems, folder)


def main():
    parser = service.parser("journal", files=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    options = parser.parse_args()
    pictures = service.pictures(options.files)
    fine = [
        run(options, name, disposition, pictures)
        for name in options.cases for disposition in ("keep", "archive")]
    sys.exit(0 if all(fine) else 1)


main()
