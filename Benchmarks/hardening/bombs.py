#!/usr/bin/env python3
"""Pictures made to exhaust their reader: time and memory until each is refused or reported.

    bombs.py [--copies 100] [--program forensicctl] [--work DIR]

Every bomb is examined so many times by one examiner (`forensicctl audit --workers 1`), each copy
with bytes of its own. Time a file is the whole run's, start and results included, less that of a
run over one small text file, divided by the copies. Memory is by how much the examiner's highest
resident size (VmHWM) exceeds that of an examiner that was given the text file.
"""
import argparse
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, *chunks):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks)


def nothing(size):
    """`size` zero bytes, deflated."""
    packer, part = zlib.compressobj(9), bytes(1 << 20)
    return b"".join(packer.compress(part) for _ in range(size >> 20)) + packer.flush()


def jpeg(width, height):
    table = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([1] * 64)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes([1, 0x11, 0])
    return b"\xff\xd8" + table + frame + b"\xff\xd9"


def bombs():
    gigabyte = nothing(1 << 30)
    row = chunk(b"IDAT", zlib.compress(bytes(1 + 3 * 8) * 8))
    yield "PNG of 100,000 x 100,000 in 50 bytes", png(100_000, 100_000)[:50], "png"
    yield "PNG of 2^31-1 x 2^31-1", png(2**31 - 1, 2**31 - 1), "png"
    yield "JPEG of 65,535 x 65,535", jpeg(65535, 65535), "jpg"
    yield "PNG with zTXt of 1 GiB", png(8, 8, chunk(b"zTXt", b"Comment\0\0" + gigabyte), row, chunk(b"IEND", b"")), "png"
    yield "PNG with iCCP of 1 GiB", png(8, 8, chunk(b"iCCP", b"icc\0\0" + gigabyte), row, chunk(b"IEND", b"")), "png"
    yield "PNG with iTXt of 1 GiB", png(8, 8, chunk(b"iTXt", b"Comment\0\1\0\0\0" + gigabyte), row, chunk(b"IEND", b"")), "png"


def run(options, name, contents, ending):
    folder, output = options.work / name, options.work / (name + "-out")
    folder.mkdir(parents=True)
    for number, content in enumerate(contents):
        (folder / f"{number}.{ending}").write_bytes(content)
    began, most = time.monotonic(), 0
    process = subprocess.Popen(
        [options.program, "audit", folder, "-o", output, "--workers", "1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
                for child in (task / "children").read_text().split():
                    for line in open(f"/proc/{child}/status"):
                        if line.startswith("VmHWM"):
                            most = max(most, int(line.split()[1]))
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.005)
    lines = [json.loads(line) for line in open(output / "results.jsonl")]
    codes = {line.get("error", {}).get("code", line["status"]) for line in lines}
    return time.monotonic() - began, most, codes, len(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--copies", type=int, default=100)
    parser.add_argument("--program", default=ROOT / "bin" / "forensicctl")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "var" / "bombs")
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    base_time, base_memory, _, _ = run(options, "text", [b"text"], "txt")
    fine = True
    for number, (title, bomb, ending) in enumerate(bombs()):
        copies = [bomb + f"{n:08}".encode() for n in range(options.copies)]
        seconds, most, codes, count = run(options, str(number), copies, ending)
        each = 1000 * max(0, seconds - base_time) / options.copies
        extra = max(0, most - base_memory) / 1024
        good = count == options.copies and each <= 50 and extra <= 10
        fine = fine and good
        print(f"{title:38} {each:7.1f} ms {extra:6.1f} MiB  {', '.join(sorted(codes))}{'' if good else '  OVER'}", flush=True)
    shutil.rmtree(options.work, ignore_errors=True)
    sys.exit(0 if fine else 1)


main()
