#!/usr/bin/env python3
"""Training time of the heads beside scikit-learn's, on the same features, alternating in one run.

Usage: sklearn_compare.py HEADS_BENCHMARK [--rounds N] [--features FILE.safetensors]

Needs numpy and scikit-learn. Without --features it draws unit vectors that resemble embeddings:
classes that overlap in a low-rank, correlated space. Both sides get 32-bit features; scikit-learn
runs with its defaults (its solver stops early at tol = 1e-4, ours goes to the optimum) and with
the threads its libraries choose, ours uses one. On a busy machine those threads wait for one
another: set OPENBLAS_NUM_THREADS=1 for a comparison of one thread with one.
"""
import argparse
import json
import statistics
import struct
import subprocess
import tempfile
import time
import warnings

import numpy as np
import sklearn
from sklearn.multiclass import OneVsOneClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC


def draw(rows, columns, classes, seed=7):
    random = np.random.default_rng(seed)
    rank = 64
    mixing = random.normal(size=(rank, columns))
    labels = random.integers(0, classes, rows)
    centres = random.normal(size=(classes, rank)) * 0.45
    latent = centres[labels] + random.normal(size=(rows, rank))
    x = latent @ mixing / np.sqrt(rank) + 0.5 * random.normal(size=(rows, columns))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return x.astype(np.float32), labels.astype(np.int64)


def write(path, x, y):
    header = json.dumps({
        "y": {"dtype": "I64", "shape": list(y.shape), "data_offsets": [0, y.nbytes]},
        "x": {"dtype": "F32", "shape": list(x.shape),
              "data_offsets": [y.nbytes, y.nbytes + x.nbytes]},
    }).encode()
    header += b" " * (-len(header) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(header)) + header + y.tobytes() + x.tobytes())


def read(path):
    blob = open(path, "rb").read()
    size = struct.unpack("<Q", blob[:8])[0]
    header = json.loads(blob[8:8 + size])
    kinds = {"F32": "f4", "F16": "f2", "I64": "i8"}

    def tensor(name):
        entry = header[name]
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        return np.frombuffer(blob[begin:end], kinds[entry["dtype"]]).reshape(entry["shape"])

    return tensor("x").astype(np.float32), tensor("y").astype(np.int64)


def objective(svm, x, y, cost=1.0):
    decisions = svm.decision_function(x)
    slack = np.maximum(0, 1 - np.where(y == 1, decisions, -decisions))
    weights = np.append(svm.coef_.ravel(), svm.intercept_)
    return 0.5 * (weights ** 2).sum() + cost * (slack ** 2).sum()


def network(epochs):
    return MLPClassifier(
        hidden_layer_sizes=(128,), batch_size=128, max_iter=epochs, learning_rate_init=1e-3,
        alpha=0, tol=0, n_iter_no_change=10 ** 6, random_state=1)


class Ours:
    def __init__(self, program, features):
        self.process = subprocess.Popen(
            [program, features], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(name, ours, line, make, x, y, rounds, extra=None):
    times, rivals = [], []
    for _ in range(rounds):
        answer = ours(line)
        times.append(answer[0])
        rival = make()
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rival.fit(x, y)
        rivals.append(time.perf_counter() - start)
    mine, theirs = statistics.median(times), statistics.median(rivals)
    detail = f"objective {answer[2]:.6f} / {extra(rival):.6f}" if extra else ""
    print(f"| {name} | {x.shape[0]}×{x.shape[1]} | {mine:.3f} | {theirs:.3f} "
          f"| {theirs / mine:.2f} | {answer[1]:.4f} | {rival.score(x, y):.4f} | {detail} |",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--features")
    options = parser.parse_args()
    sets = [read(options.features)] if options.features else [
        draw(2000, 768, 2), draw(12000, 768, 2), draw(4000, 768, 8), draw(1200, 768, 16)]
    print(f"scikit-learn {sklearn.__version__}, median of {options.rounds} alternating rounds")
    print("| head | rows | ours, s | scikit-learn, s | times as fast | accuracy | theirs | |")
    print("|---|---|---|---|---|---|---|---|")
    for x, y in sets:
        with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
            write(file.name, x, y)
            ours = Ours(options.program, file.name)
            two = y.max() == 1
            compare("SVM, two classes" if two else f"SVM, one-vs-rest, {y.max() + 1}", ours,
                    "svm 1", LinearSVC, x, y, options.rounds,
                    (lambda rival: objective(rival, x, y)) if two else None)
            if not two:
                compare(f"SVM, one-vs-one, {y.max() + 1}", ours, "ovo 1",
                        lambda: OneVsOneClassifier(LinearSVC()), x, y, options.rounds)
            compare("network, 128 hidden, 20 epochs", ours, "mlp 128 128 20 0.001",
                    lambda: network(20), x, y, options.rounds)
            ours.close()


if __name__ == "__main__":
    main()
