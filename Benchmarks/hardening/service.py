"""A forensicd of one's own for the programs of this folder, and what has to be true afterwards."""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parser(name, files):
    """Options that all share."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=files)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "bin")
    parser.add_argument(
        "--work", type=lambda path: pathlib.Path(path).resolve(), default=ROOT / "var" / name)
    return parser


def pictures(count, key=None):
    """The first pictures of the data set, by name or by something else."""
    data = pathlib.Path(os.environ.get("DATASET_DIR", ROOT / ".." / "shared" / "dataset"))
    found = sorted((p for p in (data / "images").rglob("*") if p.is_file()), key=key)[:count]
    if not found:
        sys.exit("set DATASET_DIR")
    return found


def small_pictures(count):
    """The bytes of so many small pictures, each with bytes of its own behind the picture."""
    small = [p.read_bytes() for p in pictures(50, key=lambda p: p.stat().st_size)]
    return (small[n % len(small)] + f"{n:016}".encode() for n in range(count))


def preloaded(work, name):
    """Builds NAME.c for LD_PRELOAD."""
    work.mkdir(parents=True, exist_ok=True)
    library = work / f"{name}.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-o", library,
         ROOT / f"Benchmarks/hardening/{name}.c", "-ldl"], check=True)
    return library


class Service:
    def __init__(self, options, folder, environment=None, settings="", inbox=""):
        self.options, self.folder = options, folder
        self.environment = os.environ | (environment or {})
        self.socket = tempfile.mktemp(prefix="forensicd-", suffix=".sock")
        self.restarts = -1
        self.process = None
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "inbox").mkdir(parents=True)
        (folder / "forensicd.toml").write_text(
            f'outbox = "outbox"\nstate = "state"\nsocket = "{self.socket}"\ndata = "{ROOT}"\n'
            f'[[inbox]]\npath = "inbox"\nsettle = 0.2\n{inbox}[examiner]\ncount = 2\n'
            f'[queue]\n{settings or "rescan = 2"}\n')

    def keep_running(self):
        if self.process is None or self.process.poll() is not None:
            self.restarts += 1
            self.process = subprocess.Popen(
                [self.options.bin / "forensicd", "--config", self.folder / "forensicd.toml"],
                stderr=open(self.folder / "log", "ab"), env=self.environment)

    def stop(self, with_signal):
        self.process.send_signal(with_signal)
        self.process.wait()
        self.process = None

    def status(self):
        done = subprocess.run(
            [self.options.bin / "forensicctl", "status", "--json", "--socket", self.socket],
            capture_output=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def wait(self, condition, seconds, restarting=True):
        """The status once `condition` holds, or the last one when the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if restarting or self.process is None:
                self.keep_running()
            status = self.status()
            if status and condition(status):
                return status
            time.sleep(0.25)
        return self.status()

    def running(self):
        return self.wait(lambda status: status["state"] == "running", 60)

    def drop(self, picture, name):
        """Renames a copy into the inbox."""
        hidden = self.folder / "inbox" / f".{name}"
        shutil.copyfile(picture, hidden)
        hidden.rename(self.folder / "inbox" / name)

    def reports(self):
        """(reports by the exhibit's digest, what is wrong with the outbox)"""
        found, problems, outbox = {}, [], self.folder / "outbox"
        # Not rglob, which fails where a folder vanishes meanwhile.
        for place, folders, files in os.walk(outbox):
            problems += [f"left over: {place}/{name}" for name in folders if name[0] == "."]
            folders[:] = [name for name in folders if name[0] != "."]
            if "report.json" not in files:
                continue
            path = pathlib.Path(place) / "report.json"
            report = json.loads(path.read_text())
            found.setdefault(report["exhibit"]["sha256"], []).append(report)
            if not (path.parent / "report.html").read_text().rstrip().endswith("</html>"):
                problems.append(f"half a page: {path}")
        lines = (outbox / "reports.jsonl").read_text().splitlines()
        folders = [json.loads(line)["folder"] for line in lines]
        count = sum(map(len, found.values()))
        if len(folders) != count or len(set(folders)) != count:
            problems.append(
                f"{count} reports, {len(folders)} lines of {len(set(folders))} folders")
        return found, problems


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def conclude(problems, folder):
    """Prints what is wrong; where nothing is, removes the run's folder. Whether nothing was."""
    for problem in problems[:5]:
        print("  " + problem[:300])
    if not problems:
        shutil.rmtree(folder)
    return not problems
