#!/usr/bin/env python3
"""How far detectors get that learn from photographs alone: a Gaussian of the training photographs'
features (probabilistic principal components), by whose density pictures are ranked.

    training/photographs_alone.py --manifest etc/datasets/baseline.csv --cache FOLDER [--part texture]

FOLDER is the feature cache of a `forensicctl train --cache FOLDER`. Prints the AUC of "too typical" (a
density above the photographs') by number of components, mean over the six tiers, on the strange sources of
the validation split and on the test split. Needs numpy and safetensors.
"""

import argparse
import collections
import csv
import glob
import hashlib

import numpy as np
from safetensors import safe_open

TIERS = ["quality 40", "quality 65", "quality 90", "as received", "web", "hard"]


def key(row, chain, version):
    """The key of a picture's features: FeatureStore.key of the laboratory."""
    identity = row["sha256"] + (":" + row["region"] if row["region"] else "")
    return hashlib.sha256(f"store 3 chain {version} {chain} 512 1 0 {identity}".encode()).digest()


def wanted(rows):
    keys = {}
    for index, row in enumerate(rows):
        if row["split"] == "train":
            if row["label"] == "real":
                keys[key(row, "training", 4)] = (index, "training")
        else:
            keys.update({key(row, tier, 3): (index, tier) for tier in TIERS})
    return keys


def load(folder, part, keys):
    """The mean of the features of a picture's views, by row and tier."""
    found = {}
    for path in glob.glob(f"{folder}/**/*.safetensors", recursive=True):
        with safe_open(path, "np") as file:
            names = [name.tobytes() for name in file.get_tensor("keys")]
            if not any(name in keys for name in names):
                continue
            values, views = file.get_tensor(part).astype(np.float32), file.get_tensor("pictures")[:, 2]
        start = 0
        for name, count in zip(names, views):
            if name in keys:
                found[keys[name]] = values[start:start + count].mean(0)
            start += count
    return found


def auc(scores, positive):
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    count = positive.sum()
    return (ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(scores) - count))


class Density:
    """Probabilistic principal components (Tipping and Bishop, 1999), sources by the power 0.4 of their size."""

    def __init__(self, features, sources):
        size = collections.Counter(sources)
        weights = np.array([size[source] ** -0.6 for source in sources])
        weights /= weights.sum()
        self.mean = weights @ features
        self.deviation = np.sqrt(weights @ (features - self.mean) ** 2) + 1e-6
        scaled = self.scale(features)
        values, vectors = np.linalg.eigh((scaled * weights[:, None]).T @ scaled)
        self.values, self.vectors = values[::-1], vectors[:, ::-1]

    def scale(self, features):
        return (features - self.mean) / self.deviation

    def distance(self, features, components):
        scaled = self.scale(features)
        inside = scaled @ self.vectors[:, :components]
        outside = (scaled ** 2).sum(1) - (inside ** 2).sum(1)
        return (inside ** 2 / self.values[:components]).sum(1) + outside / self.values[components:].mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--part", nargs="+", default=["spectrum", "residual", "texture", "half-size", "quarter-size"])
    options = parser.parse_args()
    with open(options.manifest, newline="") as file:
        rows = list(csv.DictReader(file))
    keys = wanted(rows)
    known = {row["source"] for row in rows if row["split"] == "train"}
    for part in options.part:
        found = load(options.cache, part, keys)
        training = [place for place in found if place[1] == "training"]
        density = Density(np.stack([found[place] for place in training]),
                          [rows[place[0]]["source"] for place in training])
        for components in (16, 64, 256):
            means = []
            for split in ("validation", "test"):
                areas = []
                for tier in TIERS:
                    places = [p for p in found if p[1] == tier and rows[p[0]]["split"] == split
                              and (split == "test" or rows[p[0]]["source"] not in known)]
                    generated = np.array([rows[p[0]]["label"] == "generated" for p in places])
                    distance = density.distance(np.stack([found[p] for p in places]), components)
                    areas.append(auc(-distance, generated))
                means.append(np.mean(areas))
            print(f"{part}, {components} components: strange sources {means[0]:.3f}, test {means[1]:.3f}")


if __name__ == "__main__":
    main()
