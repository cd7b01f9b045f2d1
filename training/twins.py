#!/usr/bin/env python3
"""Self-made twins: photographs passed through small autoencoders and enlargers that were trained on
photographs alone, so that the two classes differ in nothing but the trace of a decoder.

    training/twins.py train KIND --manifest etc/datasets/baseline.csv --images FOLDER --models FOLDER --minutes 12
    training/twins.py make KIND --manifest etc/datasets/baseline.csv --images FOLDER --models FOLDER --count 300

KIND is one of nearest8, nearest4, transpose4, shuffle4, super4: how the decoder enlarges, and by how much.
`make` writes FOLDER/twins/KIND/*.png and rows for a manifest to MODELS/KIND.csv, of the family `autoencoder`,
which the map of families needs then. Only training photographs of sources outside of --without (a manifest
whose sources are left out in turn) are used. Needs torch, numpy and pillow; runs on the processor.
"""

import argparse
import collections
import csv
import hashlib
import math
import os
import random
import time

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

WIDTHS = [24, 48, 96, 128]
# Enlargement, levels of two, planes of the code, whether the encoder is bicubic shrinking.
KINDS = {
    "nearest8": ("nearest", 3, 16, False), "nearest4": ("nearest", 2, 8, False),
    "transpose4": ("transpose", 2, 4, False), "shuffle4": ("shuffle", 2, 6, False),
    "super4": ("nearest", 2, 3, True),
}


class Residual(nn.Module):
    def __init__(self, planes):
        super().__init__()
        self.first = nn.Conv2d(planes, planes, 3, padding=1)
        self.second = nn.Conv2d(planes, planes, 3, padding=1)

    def forward(self, x):
        return x + self.second(functional.silu(self.first(functional.silu(x))))


class Enlarge(nn.Module):
    def __init__(self, kind, inputs, outputs):
        super().__init__()
        self.kind = kind
        if kind == "transpose":
            self.layer = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)
        else:
            self.layer = nn.Conv2d(inputs, outputs * (4 if kind == "shuffle" else 1), 3, padding=1)

    def forward(self, x):
        if self.kind == "nearest":
            return self.layer(functional.interpolate(x, scale_factor=2, mode="nearest"))
        x = self.layer(x)
        return functional.pixel_shuffle(x, 2) if self.kind == "shuffle" else x


class Twin(nn.Module):
    def __init__(self, enlargement, levels, planes, shrinks):
        super().__init__()
        self.levels, self.shrinks = levels, shrinks
        encoder = [nn.Conv2d(3, WIDTHS[0], 3, padding=1)]
        for level in range(levels):
            encoder += [Residual(WIDTHS[level]), nn.Conv2d(WIDTHS[level], WIDTHS[level + 1], 3, 2, 1)]
        encoder += [Residual(WIDTHS[levels]), nn.Conv2d(WIDTHS[levels], planes, 1)]
        self.encoder = None if shrinks else nn.Sequential(*encoder)
        decoder = [nn.Conv2d(planes, WIDTHS[levels], 3, padding=1), Residual(WIDTHS[levels])]
        for level in reversed(range(levels)):
            decoder += [Enlarge(enlargement, WIDTHS[level + 1], WIDTHS[level]), Residual(WIDTHS[level])]
        self.decoder = nn.Sequential(*decoder, nn.SiLU(), nn.Conv2d(WIDTHS[0], 3, 3, padding=1))

    def forward(self, x):
        if self.shrinks:
            return self.decoder(functional.interpolate(
                x, scale_factor=0.5 ** self.levels, mode="bicubic", antialias=True, align_corners=False))
        code = self.encoder(x)
        return self.decoder(code + 0.05 * torch.randn_like(code) if self.training else code)


class Critic(nn.Module):
    """Judges patches of a picture and of its high-pass (hinge loss)."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(6, 32, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 64, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(64, 64, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 1, 3, 1, 1))

    def forward(self, x):
        smooth = functional.avg_pool2d(functional.pad(x, (1, 1, 1, 1), mode="reflect"), 3, 1)
        return self.layers(torch.cat([x, 4 * (x - smooth)], 1))


def photographs(options):
    def read(path):
        with open(path, newline="") as file:
            return list(csv.DictReader(file))
    left = {row["source"] for row in read(options.without)} if options.without else set()
    return [row for row in read(options.manifest)
            if row["label"] == "real" and row["split"] == "train" and row["source"] not in left]


def load(row, images):
    picture = Image.open(os.path.join(images, row["file"]))
    if row["region"]:
        x, y, width, height = map(int, row["region"].split(","))
        picture = picture.crop((x, y, x + width, y + height))
    return picture.convert("RGB")


def crops(options, draw):
    """Two windows of 160 pixels of each photograph, at most 60 photographs a source."""
    rows, taken, found = photographs(options), collections.Counter(), []
    draw.shuffle(rows)
    for row in rows:
        if taken[row["source"]] >= 60:
            continue
        picture = load(row, options.images)
        scale = draw.choice([1, 1, 0.75, 0.5]) if min(picture.size) >= 700 else 1
        scale = min(scale, 2000 / max(picture.size))
        if scale != 1:
            picture = picture.resize([int(side * scale) for side in picture.size], Image.LANCZOS)
        if min(picture.size) < 160:
            continue
        taken[row["source"]] += 1
        for _ in range(2):
            x, y = (draw.randrange(side - 159) for side in picture.size)
            found.append(np.asarray(picture.crop((x, y, x + 160, y + 160))))
    return np.stack(found)


def high_pass(x):
    return x[..., 1:-1, 1:-1] - functional.avg_pool2d(x, 3, 1)


def train(options):
    draw, started, step = random.Random(options.kind), time.time(), 0
    pixels = crops(options, draw)
    twin, critic = Twin(*KINDS[options.kind]), Critic()
    optimizer = torch.optim.AdamW(twin.parameters(), lr=2e-3, betas=(0.9, 0.95))
    judge = torch.optim.AdamW(critic.parameters(), lr=5e-4, betas=(0.5, 0.9))
    while (share := (time.time() - started) / (60 * options.minutes)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, step / 50 + 0.02) * (0.5 + 0.5 * math.cos(math.pi * share))
        y, x = draw.randrange(96), draw.randrange(96)
        chosen = np.random.default_rng(step).integers(0, len(pixels), 8)
        wanted = torch.from_numpy(pixels[chosen, y:y + 64, x:x + 64]).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.autocast("cpu", torch.bfloat16):
            found = twin(wanted)
        found = found.float()
        loss = (found - wanted).abs().mean() + (high_pass(found) - high_pass(wanted)).abs().mean()
        if share > 0.4:
            loss = loss - 0.02 * critic(found).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(twin.parameters(), 1)
        optimizer.step()
        if share > 0.35:
            judge.zero_grad()
            (functional.relu(1 - critic(wanted)).mean() + functional.relu(1 + critic(found.detach())).mean()).backward()
            judge.step()
        step += 1
        if step % 400 == 0:
            error = ((found.detach().clamp(-1, 1) - wanted) ** 2).mean().item() / 4
            print(f"{options.kind}, step {step}: PSNR {-10 * math.log10(error):.1f} dB", flush=True)
    torch.save(twin.state_dict(), f"{options.models}/{options.kind}.pt")


@torch.no_grad()
def make(options):
    draw = random.Random("twins " + options.kind)
    rows = photographs(options)
    size = collections.Counter(row["source"] for row in rows)
    rows.sort(key=lambda row: -(draw.random() ** (size[row["source"]] ** 0.6)))
    twin = Twin(*KINDS[options.kind]).eval()
    twin.load_state_dict(torch.load(f"{options.models}/{options.kind}.pt"))
    folder, count = f"twins/{options.kind}", 0
    os.makedirs(os.path.join(options.images, folder), exist_ok=True)
    with open(f"{options.models}/{options.kind}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            picture = load(row, options.images)
            scale = min(1, 352 * (640 / 352) ** draw.random() / max(picture.size))
            width, height = (int(side * scale) // 8 * 8 for side in picture.size)
            if count >= options.count or min(width, height) < 192:
                continue
            picture = picture.resize([int(side * scale) for side in picture.size], Image.LANCZOS)
            pixels = torch.from_numpy(np.asarray(picture)[:height, :width].copy()).permute(2, 0, 1)[None]
            made = twin(pixels.float() / 127.5 - 1)[0].clamp(-1, 1)
            name = f"{folder}/{count:04d}.png"
            path = os.path.join(options.images, name)
            Image.fromarray(((made + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()).save(path)
            with open(path, "rb") as image:
                digest = hashlib.sha256(image.read()).hexdigest()
            writer.writerow([name, digest, "generated", "autoencoder", "autoencoder", folder, "-", name,
                             digest[:12], "train", "", width, height, "PNG"])
            count += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["train", "make"])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--without", help="a manifest whose sources are not used")
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--count", type=int, default=300)
    options = parser.parse_args()
    torch.manual_seed(1)
    os.makedirs(options.models, exist_ok=True)
    train(options) if options.command == "train" else make(options)


if __name__ == "__main__":
    main()
