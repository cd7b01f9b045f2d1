#!/usr/bin/env python3
"""What common edits do to the conclusion: pictures of the validation split, edited and saved once.

    edited.py --program forensicctl --manifest ../shared/dataset/manifest.csv [--pictures 100]

Takes the first pictures of each class in the order of their digests that have sides of 256 pixels and more,
edits each in several ways, saves it as JPEG of quality 92, and counts the leanings of `forensicctl examine`.
Needs Pillow.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import tempfile

from PIL import Image, ImageChops, ImageEnhance, ImageFilter


def sepia(picture):
    gray = picture.convert("L")
    return Image.merge("RGB", [gray.point(lambda v, f=f: min(255, int(v * f))) for f in (1.07, 0.87, 0.66)])


def grain(picture):
    noise = Image.effect_noise(picture.size, 5)
    return Image.merge("RGB", [ImageChops.add(band, noise, 1, -128) for band in picture.split()])


EDITS = {
    "as they are": lambda p: p,
    "gray": lambda p: p.convert("L").convert("RGB"),
    "sepia": sepia,
    "blur, sigma 1": lambda p: p.filter(ImageFilter.GaussianBlur(1)),
    "blur, sigma 1.5": lambda p: p.filter(ImageFilter.GaussianBlur(1.5)),
    "median of 5 × 5": lambda p: p.filter(ImageFilter.MedianFilter(5)),
    "saturation × 1.6": lambda p: ImageEnhance.Color(p).enhance(1.6),
    "contrast × 1.5": lambda p: ImageEnhance.Contrast(p).enhance(1.5),
    "brighter, gamma 0.7": lambda p: p.point([round(255 * (v / 255) ** 0.7) for v in range(256)] * 3),
    "sharpened": lambda p: p.filter(ImageFilter.UnsharpMask(2, 200, 0)),
    "grain, sigma 5": grain,
}


def pictures(manifest, label, count):
    """Whole files of the validation split, by digest."""
    with open(manifest, newline="") as file:
        rows = {row["sha256"]: row for row in csv.DictReader(file)
                if row["label"] == label and row["split"] == "validation" and not row["region"]
                and min(int(row["width"]), int(row["height"])) >= 256}
    return [manifest.parent / rows[digest]["file"] for digest in sorted(rows)][:count]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="forensicctl")
    parser.add_argument("--manifest", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=int, default=100)
    options = parser.parse_args()
    print("| pictures | edit | files | camera | left open | generated |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for label in ("real", "generated"):
        paths = pictures(options.manifest, label, options.pictures)
        for name, edit in EDITS.items():
            with tempfile.TemporaryDirectory() as folder:
                files = []
                for number, path in enumerate(paths):
                    with Image.open(path) as picture:
                        file = pathlib.Path(folder) / f"{number:04}.jpg"
                        edit(picture.convert("RGB")).save(file, "JPEG", quality=92)
                        files.append(file)
                out = subprocess.run(
                    [options.program, "examine", "--json", *map(str, files)], check=True,
                    capture_output=True, text=True).stdout.splitlines()
            leanings = [json.loads(line)["conclusion"]["leaning"] for line in out]
            counts = [leanings.count(word) for word in ("camera", "inconclusive", "generated")]
            print(f"| {label} | {name} | {len(files)} | " + " | ".join(map(str, counts)) + " |",
                  flush=True)


if __name__ == "__main__":
    main()
