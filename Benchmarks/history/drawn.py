#!/usr/bin/env python3
"""False history: pictures that no camera took, saved once.

    drawn.py --program forensicctl [--work DIR]

Draws pictures of eight kinds (seeds 0 to 5), saves each once at four qualities, and prints how many
have each finding that tells of an earlier saving, as Markdown. Needs numpy and Pillow.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile

import numpy
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1024, 768
QUALITIES = [75, 90, 97, 100]
SEEDS = range(6)
FINDINGS = ["jpeg.double", "jpeg.double-shifted", "jpeg.grid.shifted", "jpeg.grid.second"]


def colour(source):
    return tuple(source.randrange(256) for _ in range(3))


def gray(levels):
    levels = numpy.clip(levels, 0, 255).astype(numpy.uint8)
    return Image.fromarray(numpy.repeat(levels[..., None], 3, 2))


def grid():
    return numpy.arange(WIDTH)[None, :], numpy.arange(HEIGHT)[:, None]


def gradient(source):
    x, y = grid()
    return gray(x * source.randrange(30, 200) // WIDTH + y * source.randrange(30, 200) // HEIGHT)


def shaded(source):
    x, y = grid()
    share = (0.6 * x / WIDTH + 0.4 * y / HEIGHT)[..., None]
    first, last = numpy.array(colour(source)), numpy.array(colour(source))
    levels = first * (1 - share) + last * share
    return Image.fromarray(levels.round().astype(numpy.uint8))


def chart(source):
    picture = Image.new("RGB", (WIDTH, HEIGHT), (250, 250, 250))
    draw = ImageDraw.Draw(picture)
    for line in range(20):
        draw.line([(40, 40 + line * 34), (WIDTH - 40, 40 + line * 34)], fill=(200, 200, 200))
    for bar in range(40):
        left, top = 50 + bar * 23, HEIGHT - 60 - source.randrange(600)
        draw.rectangle([left, top, left + 15, HEIGHT - 60], fill=(60, 110, 190))
    return picture


def screenshot(source):
    picture = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0, WIDTH, 60], fill=colour(source))
    for line in range(60):
        words = "".join(source.choice("abcdefg hijklmnop qrstuv") for _ in range(70))
        draw.text((20 + source.randrange(600), 70 + line * 11), words, fill=(20, 20, 20))
    for _ in range(12):
        x, y = source.randrange(WIDTH - 80), source.randrange(HEIGHT - 80)
        draw.rectangle([x, y, x + 60, y + 40], fill=colour(source))
    return picture


def even(source):
    return Image.new("RGB", (WIDTH, HEIGHT), colour(source))


def dithered(source):
    return shaded(source).convert("1").convert("RGB")


def dots(source):
    x, y = grid()
    period, cut = source.uniform(3, 9), source.uniform(-0.5, 0.5)
    wave = numpy.sin(x * 2 * numpy.pi / period) * numpy.sin(y * 2 * numpy.pi / period)
    return gray((wave > cut) * 255)


def pixels(source):
    numbers = numpy.random.default_rng(source.randrange(1 << 32))
    palette = numbers.integers(0, 256, (12, 3)).astype(numpy.uint8)
    cells = palette[numbers.integers(0, 12, (HEIGHT // 8 + 2, WIDTH // 8 + 2))]
    whole = cells.repeat(8, 0).repeat(8, 1)
    return Image.fromarray(numpy.ascontiguousarray(whole[3 : 3 + HEIGHT, 3 : 3 + WIDTH]))


KINDS = {
    "gradients in whole levels": gradient, "gradients of colour": shaded, "charts": chart,
    "screens with text": screenshot, "even": even, "dithered": dithered, "screens of dots": dots,
    "drawn in squares of 8": pixels,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--work", type=pathlib.Path)
    options = parser.parse_args()
    work = options.work or pathlib.Path(tempfile.mkdtemp())
    print(f"| pictures | files | {' | '.join(f'`{name}`' for name in FINDINGS)} |")
    print("| --- | ---: |" + " ---: |" * len(FINDINGS))
    for number, (kind, draw) in enumerate(KINDS.items()):
        files = []
        for seed in SEEDS:
            picture = draw(random.Random(seed))
            for quality in QUALITIES:
                files.append(work / f"{number}-{seed}-{quality}.jpg")
                picture.save(files[-1], quality=quality)
        command = [options.program, "examine", "--json", *map(str, files)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        reports = [json.loads(line) for line in lines.splitlines()]
        counts = [
            sum(any(f["code"] == code for f in report["findings"]) for report in reports)
            for code in FINDINGS
        ]
        print(f"| {kind} | {len(reports)} | {' | '.join(map(str, counts))} |")


main()
