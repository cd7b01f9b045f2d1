#!/usr/bin/env python3
"""Broken pictures by the thousand: each has to give a report or a typed error.

    mutations.py [--pictures 20] [--flips 1000] [--workers 2] [--program forensicctl] [--work DIR]

From each of so many fixtures ($FIXTURES_DIR; at most 96 KiB, spread over their folders) come one
file cut off at every multiple of 64 bytes and so many files with one byte changed, place and value
by a fixed seed. `forensicctl audit` examines them all, in one run. An examiner that dies, hangs or
runs out of memory has a code of its own; none may occur.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What an examiner's end looks like.
BAD = {"examiner.crashed", "examiner.unavailable", "examiner.stopped", "limit.time", "limit.memory"}


def pictures(count):
    data = pathlib.Path(os.environ.get("FIXTURES_DIR", ROOT / ".." / "shared" / "fixtures"))
    groups = []
    for folder in ("exif", "ai-metadata", "c2pa", "tampered", "malformed"):
        files = [
            p for p in sorted((data / folder).rglob("*"), key=lambda p: (p.stat().st_size, p))
            if p.suffix in (".jpg", ".png", ".webp") and 512 <= p.stat().st_size <= 98304]
        groups.append(files)
    if not any(groups):
        sys.exit("set FIXTURES_DIR")
    chosen = []
    while len(chosen) < count and any(groups):
        for files in groups:
            if files and len(chosen) < count:
                chosen.append(files.pop(len(files) // 4))
    return chosen


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=int, default=20)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--program", default=ROOT / "bin" / "forensicctl")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "var" / "mutations")
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    chance = random.Random(1)
    cut = flipped = 0
    for number, picture in enumerate(pictures(options.pictures)):
        folder = options.work / "files" / f"{number:02}-{picture.stem[:40]}"
        folder.mkdir(parents=True)
        content = picture.read_bytes()
        for length in range(0, len(content), 64):
            (folder / f"cut-{length:06}{picture.suffix}").write_bytes(content[:length])
            cut += 1
        for index in range(options.flips):
            changed = bytearray(content)
            place = chance.randrange(len(changed))
            changed[place] ^= chance.randrange(1, 256)
            (folder / f"flip-{index:04}-{place:06}{picture.suffix}").write_bytes(changed)
            flipped += 1
    print(f"{number + 1} fixtures: {cut:,} cut off, {flipped:,} with a byte changed", flush=True)
    began, output = time.monotonic(), options.work / "audit"
    subprocess.run(
        [options.program, "audit", options.work / "files", "-o", output, "--workers",
         str(options.workers)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    statuses, codes, bad = collections.Counter(), collections.Counter(), []
    for line in open(output / "results.jsonl"):
        line = json.loads(line)
        statuses[line["status"]] += 1
        code = line.get("error", {}).get("code")
        if code:
            codes[code] += 1
        if code in BAD:
            bad.append(f"{line['path']}: {code}")
    print(f"{time.monotonic() - began:.0f} s; lines: " + ", ".join(f"{k} {v:,}" for k, v in statuses.most_common()))
    print("errors: " + ", ".join(f"{k} {v:,}" for k, v in codes.most_common()))
    print(f"examiners lost: {len(bad)}")
    print("\n".join(bad[:20]))
    whole = sum(statuses.values()) == cut + flipped
    if bad or not whole:
        sys.exit("lines are missing" if not whole else 1)
    shutil.rmtree(options.work, ignore_errors=True)


main()
