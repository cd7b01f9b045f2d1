#!/usr/bin/env python3
"""False history: camera files made smaller and saved once, and what truly was saved twice.

    scaled.py --program forensicctl [--skip 0] [--each 4] [--work DIR] PHOTOGRAPH…

Takes photographs of 2800 pixels and more that name a camera and no editor, and of each camera, after
the first --skip, --each at most. Each is made
smaller in two ways (Pillow's thumbnail to 1024 pixels, Lanczos to 1600) and saved once at several
qualities; and, for comparison, saved twice on the same block grid, or cropped between two savings.
Prints the share with each finding of `forensicctl measure camera-files` as Markdown. Needs Pillow.
"""
import argparse
import collections
import io
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image

ONCE = [60, 65, 70, 75, 77, 80, 82, 85, 90, 95]
TWICE = [(60, 75), (75, 80), (75, 90), (80, 85), (85, 80), (90, 75), (90, 95)]
CROPPED = [75, 90, 95]
CROPS = [(1, 0), (1, 1), (3, 5), (4, 0), (0, 3)]
MAKE, MODEL, SOFTWARE = 271, 272, 305
EDITORS = ("photoshop", "gimp", "lightroom", "adobe", "imagemagick")


def photographs(paths, skip, each):
    """Files of cameras, at most so many of one."""
    seen, taken = collections.Counter(), collections.Counter()
    for path in sorted(paths):
        with Image.open(path) as picture:
            exif = picture.getexif()
            camera = f"{exif.get(MAKE, '')} {exif.get(MODEL, '')}".strip("\0 ")
            software = str(exif.get(SOFTWARE, "")).lower()
            large = picture.format == "JPEG" and max(picture.size) >= 2800
        if not camera or not large or any(name in software for name in EDITORS):
            continue
        seen[camera] += 1
        if skip < seen[camera] <= skip + each:
            taken[camera] += 1
            yield path
    print(f"{sum(taken.values())} photographs of {len(taken)} cameras.\n")


def smaller(path):
    """The picture made smaller, in each way."""
    with Image.open(path) as picture:
        picture = picture.convert("RGB") if picture.mode != "RGB" else picture
        picture.thumbnail((1024, 1024))
        yield "thumbnail 1024", picture.copy()
    with Image.open(path) as picture:
        picture = picture.convert("RGB")
        scale = 1600 / max(picture.size)
        size = tuple(round(side * scale) for side in picture.size)
        yield "Lanczos 1600", picture.resize(size, Image.LANCZOS)


def saved(picture, quality):
    """The picture as it is after a saving."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    with Image.open(file) as again:
        return again.convert("RGB")


def make(paths, work):
    """Groups, in order, with their files."""
    groups, numbers = collections.defaultdict(list), {}

    def save(group, picture, quality, **options):
        numbers.setdefault(group, len(numbers))
        name = work / f"{len(groups[group]):03}-{numbers[group]:03}.jpg"
        picture.save(name, "JPEG", quality=quality, **options)
        groups[group].append(name)
        return name

    for path in paths:
        for way, picture in smaller(path):
            for quality in ONCE:
                save((way, "once", str(quality)), picture, quality)
            save((way, "once", "100, 4:4:4"), picture, 100, subsampling=0)
            if way != "thumbnail 1024":
                continue
            for first, second in TWICE:
                again = saved(picture, first)
                save((way, "twice", f"{first}, {second}"), again, second)
            for first in CROPPED:
                again = saved(picture, first)
                group = (way, "cropped between", f"{first}, 100, 4:4:4")
                for x, y in CROPS:
                    cropped = again.crop((x, y, again.width, again.height))
                    save(group, cropped, 100, subsampling=0)
    return groups


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="forensicctl")
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("photographs", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        groups = make(photographs(options.photographs, options.skip, options.each), work)
        print("| pictures | saved | quality | files | saved twice | saved twice, shifted | grid moved "
              "| second grid |")
        print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |")
        found = []
        for group, files in groups.items():
            out = subprocess.run(
                [options.program, "measure", "camera-files", *map(str, files)],
                check=True, capture_output=True, text=True).stdout.splitlines()
            row = next(cells(line) for line in out if line.startswith("| named |"))
            print("| " + " | ".join([*group, row[1], *row[2:6]]) + " |", flush=True)
            found += [(group, cells(line)) for line in out if line.startswith("| ") and ".jpg" in line]
        print("\nFindings on what was saved once:\n")
        for group, row in found:
            if group[1] == "once":
                print(*group, row[0][:3], "qualities", row[2], "log10 LR", row[3], "grid", row[5])


if __name__ == "__main__":
    sys.exit(main())
