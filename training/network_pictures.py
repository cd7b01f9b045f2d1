"""Pictures of a manifest for the network: cached pixels, and the chain of degradations.

The chain is that of `DegradationChain` in Sources/Laboratory, drawn anew in every epoch: perhaps
shrunk as for a web page, perhaps resized, perhaps a first JPEG or WebP, then JPEG. Both classes
pass through it alike, and only windows of one fixed size come out.
"""

import csv
import io
import math
import os
import random

import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = 80_000_000
KERNELS = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BOX]
# Regions larger than this are kept as a window at native resolution and as a whole of this side.
KEPT = 1024


def rows(manifest):
    with open(manifest, newline="") as file:
        return list(csv.DictReader(file))


def identity(row):
    return row["sha256"] + (("-" + row["region"].replace(",", "-")) if row["region"] else "")


def prepare(manifest, images, cache):
    """Decodes every region once; what is there already is kept."""
    os.makedirs(cache, exist_ok=True)
    decoded = (None, None)
    for row in sorted(rows(manifest), key=lambda r: r["file"]):
        target = f"{cache}/{identity(row)}"
        if os.path.exists(target + ".npy"):
            continue
        if decoded[0] != row["file"]:
            decoded = (row["file"], Image.open(f"{images}/{row['file']}").convert("RGB"))
        picture = decoded[1]
        if row["region"]:
            x, y, w, h = map(int, row["region"].split(","))
            picture = picture.crop((x, y, x + w, y + h))
        w, h = picture.size
        if max(w, h) > KEPT:
            scale = max(KEPT / max(w, h), min(1, 272 / min(w, h)))
            draw = random.Random(target)
            whole = picture.resize((round(w * scale), round(h * scale)), draw.choice(KERNELS))
            np.save(target + ".whole.npy", np.asarray(whole))
            side = 768
            x, y = draw.randint(0, max(0, w - side)), draw.randint(0, max(0, h - side))
            picture = picture.crop((x, y, min(w, x + side), min(h, y + side)))
        np.save(target + ".npy.part.npy", np.asarray(picture))
        os.rename(target + ".npy.part.npy", target + ".npy")


def load(cache, row, whole=False):
    path = f"{cache}/{identity(row)}"
    if whole and os.path.exists(path + ".whole.npy"):
        path += ".whole"
    return np.load(path + ".npy", mmap_mode="r")


def jpeg(picture, quality, subsampling):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return Image.open(buffer)


def webp(picture, quality):
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=2)
    return Image.open(buffer).convert("RGB")


def window(array, width, height, draw):
    h, w = array.shape[:2]
    x, y = draw.randint(0, max(0, w - width)), draw.randint(0, max(0, h - height))
    return Image.fromarray(np.ascontiguousarray(array[y:y + height, x:x + width]))


def training_view(cache, row, side, draw, lowest=30):
    """One window of side × side pixels after the random chain, (3, side, side) uint8.

    The last JPEG's quality is drawn from lowest…100.
    """
    margin = side + 8
    whole = draw.random() < 0.35
    array = load(cache, row, whole)
    h, w = array.shape[:2]
    scale = 1.0
    if whole:
        scale = min(1.0, draw.randint(448, KEPT) / max(w, h))
    if draw.random() < 0.4:
        scale *= math.exp(draw.uniform(-0.45, 0.45))
    scale = max(scale, margin / min(w, h))
    if abs(scale - 1) > 0.01:
        need = math.ceil(margin / scale)
        part = window(array, need, need, draw).resize((margin, margin), draw.choice(KERNELS))
    else:
        part = window(array, margin, margin, draw)
    first = draw.random()
    if first < 0.35:
        part = jpeg(part, draw.randint(60, 98), draw.choice([0, 2]))
    elif first < 0.5:
        part = webp(part, draw.randint(60, 98))
    x, y = draw.randint(0, 8), draw.randint(0, 8)
    part = part.crop((x, y, x + side, y + side))
    if draw.random() < 0.95:
        part = jpeg(part, draw.randint(lowest, 100), 2 if draw.random() < 0.7 else 0)
    array = np.asarray(part)
    if draw.random() < 0.5:
        array = array[:, ::-1]
    return np.ascontiguousarray(array.transpose(2, 0, 1))


TIERS = ["quality 40", "quality 65", "quality 90", "as received", "web", "hard"]


def tier_views(cache, row, tier, side=256, count=2):
    """Windows of a measured tier, the same in every run."""
    draw = random.Random(f"{tier} {identity(row)}")
    array = load(cache, row, tier in ("web", "hard"))
    if tier in ("web", "hard"):
        h, w = array.shape[:2]
        scale = max((768 if tier == "web" else 512) / max(w, h), 272 / min(w, h))
        if scale < 1:
            picture = Image.fromarray(np.asarray(array))
            array = np.asarray(picture.resize((round(w * scale), round(h * scale)), draw.choice(KERNELS)))
    quality, subsampling = {
        "quality 40": (40, 2), "quality 65": (65, 2), "quality 90": (90, 2), "web": (60, 2), "hard": (40, 2),
        "as received": (draw.randint(75, 98), draw.choice([0, 2])),
    }[tier]
    views = []
    for _ in range(count):
        part = window(array, side, side, draw)
        if part.size != (side, side):
            part = part.crop((0, 0, side, side))
        views.append(np.asarray(jpeg(part, quality, subsampling)).transpose(2, 0, 1))
    return np.stack(views)
