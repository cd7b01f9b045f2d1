"""Expected values of ResamplerTests.swift: run with Pillow 12.3, PNGSUITE as argument.

    pip install pillow==12.3.0 numpy && python pillow_modes.py ../shared/fixtures/malformed/pngsuite
"""
import hashlib
import pathlib
import sys

import numpy as np
from PIL import Image

BANDS = {"1": 1, "L": 1, "I;16": 2, "LA": 2, "RGB": 3, "RGBA": 4, "P": 1, "CMYK": 4}
SIZES = [(37, 23, 11, 9), (23, 37, 40, 61), (37, 23, 37, 10), (37, 23, 12, 23)]
FILTERS = [("nearest", 0), ("box", 4), ("bilinear", 2), ("hamming", 5), ("bicubic", 3), ("lanczos", 1)]


def picture(mode, w, h):
    y, x, c = np.meshgrid(np.arange(h), np.arange(w), np.arange(BANDS[mode]), indexing="ij")
    a = ((x * x * 7 + y * 13 + c * 31 + x * y) & 255).astype(np.uint8)
    if mode == "I;16":
        return Image.fromarray(np.ascontiguousarray(a).view("<u2")[:, :, 0])
    if mode == "1":
        return Image.fromarray(((a[:, :, 0] >> 7) * 255).astype(np.uint8)).convert("1", dither=0)
    image = Image.frombytes(mode, (w, h), a.tobytes())
    if mode == "P":
        image.putpalette([(i * 5) & 255 for i in range(768)])
    return image


for mode in BANDS:
    for name, code in FILTERS:
        digest = hashlib.sha256()
        for w, h, new_w, new_h in SIZES:
            digest.update(picture(mode, w, h).resize((new_w, new_h), code).convert("RGB").tobytes())
        print(f'    "{mode} {name}": "{digest.hexdigest()}",')

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.png")):
    if path.name.startswith("x"):
        continue
    rgb = Image.open(path).resize((20, 19), 3).convert("RGB")
    print(f'    "{path.name}": "{hashlib.sha256(rgb.tobytes()).hexdigest()[:12]}",')
