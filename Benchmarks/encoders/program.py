"""encoder-benchmark as a process that answers lines, and the models it writes."""

import os
import subprocess


def weights(program, folder, name):
    """The file of a model with random weights, written where it is missing."""
    path = f"{folder}/{name}/open_clip_model.safetensors"
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run([program, "write", name, path], check=True)
    return path


class Program:
    def __init__(self, *command):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def line(self):
        return self.process.stdout.readline().strip()

    def ask(self, line=""):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.line()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
