#!/usr/bin/env python3
"""A service whose disk fails under it: nothing may be lost, nothing half-written, and status tells.

    faults.py [--files 40] [--every 3] [--bin DIR] [--work DIR] [CASE…]

For each kind of call and error (faults.c, preloaded; needs cc) a forensicd of its own gets so many
pictures of $DATASET_DIR while every third such call on its outbox, state or inbox fails; seconds
later the disk is mended. A service that ends is started again, as its unit would. Then there has to
be exactly one report each, whole, the originals have to be as they were, and status must have told
of the trouble, where there was any.
"""
import argparse
import errno
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = {
    "write-ENOSPC": ("write", errno.ENOSPC, ""), "write-EDQUOT": ("write", errno.EDQUOT, ""),
    "write-EIO": ("write", errno.EIO, ""), "write-short": ("write", 0, ""),
    "fsync-EIO": ("fsync", errno.EIO, ""), "fsync-ENOSPC": ("fsync", errno.ENOSPC, ""),
    "rename-ENOSPC": ("rename", errno.ENOSPC, ""), "rename-EIO": ("rename", errno.EIO, ""),
    "rename-EDQUOT": ("rename", errno.EDQUOT, ""),
    # Of the originals alone: what SQLite cannot read is another matter.
    "read-EIO": ("read", errno.EIO, "/inbox"),
}


class Service:
    def __init__(self, options, folder, environment):
        self.options, self.folder, self.environment = options, folder, environment
        self.socket = tempfile.mktemp(prefix="forensicd-", suffix=".sock")
        self.restarts = -1
        self.process = None
        (folder / "forensicd.toml").write_text(
            f'outbox = "outbox"\nstate = "state"\nsocket = "{self.socket}"\ndata = "{ROOT}"\n'
            '[[inbox]]\npath = "inbox"\nsettle = 0.2\n[examiner]\ncount = 2\n'
            '[queue]\nrescan = 2\n')

    def keep_running(self):
        if self.process is None or self.process.poll() is not None:
            self.restarts += 1
            self.process = subprocess.Popen(
                [self.options.bin / "forensicd", "--config", self.folder / "forensicd.toml"],
                stderr=open(self.folder / "log", "ab"), env=self.environment)

    def status(self):
        done = subprocess.run(
            [self.options.bin / "forensicctl", "status", "--json", "--socket", self.socket],
            capture_output=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def wait(self, condition, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.keep_running()
            status = self.status()
            if status and condition(status):
                return status
            time.sleep(0.25)
        return self.status()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(options, name, pictures, library):
    call, error, part = CASES[name]
    folder = options.work / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "inbox").mkdir(parents=True)
    switch = folder / "switch"
    service = Service(options, folder, os.environ | {
        "LD_PRELOAD": str(library), "FAULT_CALL": call, "FAULT_ERROR": str(error),
        "FAULT_EVERY": str(options.every), "FAULT_FOLDER": str(folder) + part,
        "FAULT_SWITCH": str(switch)})
    service.wait(lambda status: status["state"] == "running", 60)
    switch.touch()
    wanted = {}
    for number, picture in enumerate(pictures):
        hidden = folder / "inbox" / f".{number}"
        shutil.copyfile(picture, hidden)
        hidden.rename(folder / "inbox" / f"{number}{picture.suffix}")
        wanted[f"{number}{picture.suffix}"] = digest(picture)
    told = None
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        service.keep_running()
        status = service.status()
        told = told or (status or {}).get("lastError")
        time.sleep(0.25)
    switch.unlink()
    count = len(pictures)
    status = service.wait(lambda s: s["reported"] + s["quarantined"] >= count, 240)
    service.process.send_signal(signal.SIGTERM)
    service.process.wait()
    reports = {}
    problems = []
    for path in (folder / "outbox").rglob("report.json"):
        if any(part.startswith(".") for part in path.relative_to(folder / "outbox").parts):
            problems.append(f"left over: {path}")
            continue
        report = json.loads(path.read_text())
        reports.setdefault(report["exhibit"]["name"], []).append(report)
        if not (path.parent / "report.html").read_text().rstrip().endswith("</html>"):
            problems.append(f"half a page: {path}")
    for file, sha in wanted.items():
        found = reports.get(file, [])
        if len(found) != 1 or found[0]["exhibit"]["sha256"] != sha:
            problems.append(f"{file}: {len(found)} reports")
        if digest(folder / "inbox" / file) != sha:
            problems.append(f"{file} was changed")
    if status is None or status["failed"] or status["queued"] or status["examining"]:
        problems.append(f"status at the end: {status}")
    print(
        f"{name:14} {len(reports):3} of {count} reported once, {(status or {}).get('quarantined')} "
        f"in quarantine, {service.restarts} restarts; status: "
        f"{told['message'][:70] if told else 'nothing to tell'}", flush=True)
    for problem in problems[:5]:
        print("  " + problem[:300])
    if not problems:
        shutil.rmtree(folder)
    return not problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--every", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="how long the disk fails")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "bin")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "var" / "faults")
    parser.add_argument("cases", nargs="*", default=list(CASES))
    options = parser.parse_args()
    data = pathlib.Path(os.environ.get("DATASET_DIR", ROOT / ".." / "shared" / "dataset"))
    pictures = sorted(p for p in (data / "images").rglob("*") if p.is_file())[: options.files]
    if not pictures:
        sys.exit("set DATASET_DIR")
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    library = options.work / "faults.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", library, ROOT / "Benchmarks/hardening/faults.c",
         "-ldl"], check=True)
    fine = [run(options, name, pictures, library) for name in options.cases]
    sys.exit(0 if all(fine) else 1)


main()
