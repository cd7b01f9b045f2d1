#!/usr/bin/env python3
"""How long `forensicctl status` takes on a journal of many rows.

    measure.py [--rows 1000000] [--runs 21] [--bin DIR] [--work DIR]

A forensicd makes its journal and stops; the rows are written into it through the journal's own
schema and triggers; a forensicd on it is asked. The time is that of the whole command, from its
start to its end, and of the question on the socket alone.
"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = 86_400_000


def daemon(options, work, path):
    process = subprocess.Popen(
        [options.bin / "forensicd", "--config", work / "forensicd.toml", "--log-level", "error"],
        stderr=subprocess.DEVNULL)
    began = time.monotonic()
    while True:
        if process.poll() is not None:
            sys.exit(f"forensicd ended with {process.returncode}")
        done = subprocess.run(
            [options.bin / "forensicctl", "status", "--json", "--socket", path],
            capture_output=True)
        if done.returncode == 0 and json.loads(done.stdout)["state"] == "running":
            return process, time.monotonic() - began
        time.sleep(0.1)


def fill(journal, rows):
    base = sqlite3.connect(journal)
    base.execute("PRAGMA synchronous = OFF")
    inbox = base.execute("SELECT number FROM inboxes").fetchone()[0]

    def cases():
        for number in range(1, rows + 1):
            quarantined = number % 50 == 0
            yield (
                f"2026-{number:07}", inbox, b"", f"{number}.jpg".encode(),
                number.to_bytes(32, "big"), 100_000, number * 10**9, 1_700_000_000_000 + number,
                "archive", "quarantined" if quarantined else "reported",
                1_700_000_000_000 + number, 1, 0, f"2026/11/{number}-000000",
                "camera" if number % 3 else "generated", 0.5)

    with base:
        base.executemany(
            """INSERT INTO exhibits(id, inbox, folder, name, sha256, size, modified, received,
               disposition, state, since, attempts, due, place, leaning, probability)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""", cases())
        base.execute(
            """INSERT INTO transitions(exhibit, step, time, state, cause)
                 SELECT number, step.value, since, state, 'benchmark'
               FROM exhibits, json_each('[1, 2, 3]') AS step""")
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def ask(path):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(b'{"protocol":1,"command":"status"}\n')
        answer = b""
        while not answer.endswith(b"\n"):
            part = connection.recv(65536)
            if not part:
                break
            answer += part
    return json.loads(answer)


def timed(work):
    began = time.monotonic()
    work()
    return 1000 * (time.monotonic() - began)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=21)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "bin")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "var" / "status-benchmark")
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    (options.work / "inbox").mkdir(parents=True)
    path = tempfile.mktemp(prefix="forensicd-", suffix=".sock")
    (options.work / "forensicd.toml").write_text(
        f'outbox = "outbox"\nstate = "state"\nsocket = "{path}"\ndata = "{ROOT}"\n'
        '[[inbox]]\npath = "inbox"\n[examiner]\ncount = 1\n')
    process, _ = daemon(options, options.work, path)
    process.terminate()
    process.wait()
    journal = options.work / "state" / "journal.sqlite"
    fill(journal, options.rows)
    print(f"{options.rows:,} rows, journal of {os.path.getsize(journal) / 1e6:,.0f} MB", flush=True)
    process, ready = daemon(options, options.work, path)
    try:
        print(f"start to first answer:      {ready:.2f} s")
        counts = ask(path)["value"]
        print(f"reported {counts['reported']:,}, quarantined {counts['quarantined']:,}")
        asked = [timed(lambda: ask(path)) for _ in range(options.runs)]
        print(f"on the socket:              median {statistics.median(asked):.2f} ms, most {max(asked):.2f} ms")
        command = [options.bin / "forensicctl", "status", "--socket", path]
        ran = [
            timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))
            for _ in range(options.runs)
        ]
        print(f"forensicctl status:         median {statistics.median(ran):.1f} ms, most {max(ran):.1f} ms (50 or less)")
        queue = command[:1] + ["queue", "--limit", "50", "--socket", path]
        ran_queue = [
            timed(lambda: subprocess.run(queue, stdout=subprocess.DEVNULL, check=True))
            for _ in range(options.runs)
        ]
        print(f"forensicctl queue:          median {statistics.median(ran_queue):.1f} ms")
        enough = counts["reported"] + counts["quarantined"] == options.rows
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(options.work, ignore_errors=True)
    sys.exit(0 if enough and statistics.median(ran) <= 50 else 1)


main()
