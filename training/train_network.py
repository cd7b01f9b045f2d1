#!/usr/bin/env python3
"""Trains the compact network of the baseline on the pictures of a manifest.

    training/train_network.py --manifest etc/datasets/baseline.csv --images FOLDER \\
        --cache FOLDER --output network.safetensors --minutes 120

Learns from the split `train` alone; after every few epochs it prints the AUC on the validation
pictures of known sources and on those of sources that training has nothing of. Goes on where it
was stopped (FOLDER.checkpoint beside the output). Needs torch, numpy, pillow, safetensors.
"""

import argparse
import collections
import math
import os
import random
import time

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

import network_pictures as pictures
from network_model import Network


class Views(Dataset):
    """Training views of one epoch: both classes alike, sources by the root of their size."""

    def __init__(self, entries, families, cache, side, count, seed, lowest):
        self.entries, self.families, self.cache, self.side = entries, families, cache, side
        self.seed, self.lowest = seed, lowest
        size = collections.Counter((r["label"], r["source"]) for r in entries)
        weight = np.array([size[r["label"], r["source"]] ** -0.5 for r in entries])
        real = np.array([r["label"] == "real" for r in entries])
        weight[real] /= weight[real].sum()
        weight[~real] /= weight[~real].sum()
        self.chosen = np.random.default_rng(seed).choice(len(entries), count, p=weight / weight.sum())

    def __len__(self):
        return len(self.chosen)

    def __getitem__(self, index):
        row = self.entries[self.chosen[index]]
        draw = random.Random(f"{self.seed} {index}")
        view = pictures.training_view(self.cache, row, self.side, draw, self.lowest)
        return view, float(row["label"] == "generated"), self.families.index(row["family"])


def auc(scores, labels):
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positive = labels.sum()
    return (ranks[labels].sum() - positive * (positive + 1) / 2) / (positive * (len(labels) - positive))


@torch.no_grad()
def evaluate(network, entries, known, cache, tiers):
    network.eval()
    labels = np.array([r["label"] == "generated" for r in entries])
    table = []
    for tier in tiers:
        scores = []
        for start in range(0, len(entries), 16):
            views = [pictures.tier_views(cache, r, tier, count=1) for r in entries[start:start + 16]]
            logits = network(torch.from_numpy(np.concatenate(views)))[0].float()
            scores.append(logits.reshape(len(views), -1).mean(1).numpy())
        scores = np.concatenate(scores)
        table.append((auc(scores[known], labels[known]), auc(scores[~known], labels[~known])))
    return np.array(table)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--minutes", type=float, default=120, help="time to train for, over all runs")
    parser.add_argument("--views", type=int, default=4096, help="views an epoch")
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=5, help="epochs between two measurements")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    pictures.prepare(options.manifest, options.images, options.cache)

    entries = pictures.rows(options.manifest)
    train = [r for r in entries if r["split"] == "train"]
    validation = [r for r in entries if r["split"] == "validation"]
    sources = {r["source"] for r in train}
    known = np.array([r["source"] in sources for r in validation])
    families = ["real"] + sorted({r["family"] for r in entries} - {"real"})

    network = Network(len(families)).to(memory_format=torch.channels_last)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=0.02)
    epoch, spent, checkpoint = 0, 0.0, options.output + ".checkpoint"
    if os.path.exists(checkpoint):
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"]), mean.load_state_dict(state["mean"])
        optimizer.load_state_dict(state["optimizer"])
        epoch, spent = state["epoch"], state["spent"]
    total = options.minutes * 60
    while spent < total:
        started, losses, right = time.time(), [], []
        network.train()
        seed = options.seed * 100_000 + epoch
        # From mild compression to all that the chain has, within the first third.
        lowest = round(80 - 50 * min(1, 3 * spent / total))
        views = Views(train, families, options.cache, options.side, options.views, seed, lowest)
        for pixels, label, family in DataLoader(views, options.batch, num_workers=1, prefetch_factor=4, drop_last=True):
            share = min(1, (spent + time.time() - started) / total)
            for group in optimizer.param_groups:
                group["lr"] = options.rate * min(1, 0.02 + share * 25) * (0.5 + 0.5 * math.cos(math.pi * share))
            with torch.autocast("cpu", torch.bfloat16):
                binary, kinds = network(pixels)
            label = label.float()
            loss = functional.binary_cross_entropy_with_logits(binary.float(), label * 0.96 + 0.02)
            loss = loss + 0.3 * functional.cross_entropy(kinds.float(), family)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            mean.update_parameters(network)
            losses.append(loss.item())
            right.append(((binary > 0) == (label > 0.5)).float().mean().item())
        epoch, spent = epoch + 1, spent + time.time() - started
        print(f"epoch {epoch}: loss {np.mean(losses):.3f}, right {np.mean(right):.3f}, {time.time() - started:.0f} s", flush=True)
        state = dict(network=network.state_dict(), mean=mean.state_dict(), optimizer=optimizer.state_dict(),
                     epoch=epoch, spent=spent)
        torch.save(state, checkpoint + ".part")
        os.rename(checkpoint + ".part", checkpoint)
        if epoch % options.every == 0 or spent >= total:
            tiers = ["as received", "hard"]
            table = evaluate(mean.module, validation, known, options.cache, tiers)
            print("  AUC known, unseen: " + ", ".join(
                f"{t} {k:.3f} {u:.3f}" for t, (k, u) in zip(tiers, table)) + f"; mean {table.mean(0).round(3)}", flush=True)
    from safetensors.torch import save_file
    save_file(mean.module.folded(), options.output)


if __name__ == "__main__":
    main()
