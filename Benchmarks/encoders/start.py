"""Start-up and memory of the encoders: process start to first embedding, and what processes share.

    python Benchmarks/encoders/start.py PROGRAM FOLDER [--model ViT-L-14] [--threads 1,2]
        [--precisions fp32,bf16,int8] [--processes 4] [--rounds 5]

The model's file lies in the page cache and its packed copy was made by a first run, which is not
counted. Time is wall time from before the process is started to its answer. Memory is taken from
smaps after the embedding: "weights" are the mapped files, "beyond" all else that is resident.
"""

import argparse
import os
import statistics
import struct
import time
import zlib

from program import Program, weights


def picture(path, width=1024, height=768):
    """A PNG of gradients and noise from a seed."""
    state, rows = 1, bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            rows += bytes(((x + (state >> 28)) & 255, (y + (state >> 27)) & 255, (x + y) & 255))

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


class Process(Program):
    def __init__(self, command):
        begin = time.monotonic()
        super().__init__(*command)
        answer = self.line().split()
        self.seconds = time.monotonic() - begin
        if not answer or answer[0] != "embedded":
            raise SystemExit(f"{' '.join(command)}: {' '.join(answer)}")
        self.cpu, self.place = float(answer[1]), answer[3]

    def memory(self):
        return [int(v) / 1024 for v in self.ask().split()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--model", default="ViT-L-14")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--precisions", default="fp32,bf16,int8")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    a = parser.parse_args()
    place = f"{a.folder}/{a.model}"
    path = weights(a.program, a.folder, a.model)
    cache, image = f"{a.folder}/packed-start", f"{a.folder}/picture.png"
    os.makedirs(cache, exist_ok=True)
    if not os.path.exists(image):
        picture(image)
    print(f"{a.model}: model file {os.path.getsize(path) / 2**20:.0f} MiB")
    for precision in a.precisions.split(","):
        for threads in a.threads.split(","):
            command = [a.program, "start", place, precision, threads, cache, image]
            Process(command).close()
            seconds, cpu, beyond = [], [], []
            for _ in range(a.rounds):
                process = Process(command)
                seconds.append(process.seconds)
                cpu.append(process.cpu)
                memory = process.memory()
                beyond.append(memory[0] - memory[2])
                process.close()
            print(f"  {precision}, {threads} thread(s): first embedding after {statistics.median(seconds):.2f} s wall "
                  f"({min(seconds):.2f} to {max(seconds):.2f}), {statistics.median(cpu):.2f} CPU-s; weights {process.place}, "
                  f"{memory[2]:.0f} MiB resident; beyond them {max(beyond):.0f} MiB")
        command[4] = "1"
        crowd = [Process(command) for _ in range(a.processes)]
        memory = [process.memory() for process in crowd]
        for process in crowd:
            process.close()
        print(f"  {precision}, {a.processes} processes: weights of each {memory[0][2]:.0f} MiB resident, "
              f"their shares (Pss) {' + '.join(f'{m[3]:.0f}' for m in memory)} = {sum(m[3] for m in memory):.0f} MiB; "
              f"all else {sum(m[1] - m[3] for m in memory):.0f} MiB")


main()
