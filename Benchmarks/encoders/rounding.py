"""What bf16 loses, by operation: a model of open_clip's form on its reference pictures.

    python Benchmarks/encoders/rounding.py FOLDER EXPECTED

FOLDER has open_clip_config.json and open_clip_model.safetensors, EXPECTED is a safetensors file with
`pixel_values`. Printed are the least cosine and centred cosine of the embeddings against double
precision: of PyTorch's autocast and of weights and activations in bf16 throughout, then of fp32
with the operands of one operation of the blocks rounded to bf16, then of all.
"""

import json
import sys

import open_clip
import torch
from safetensors.torch import load_file
from torch.nn.functional import cosine_similarity, linear

PARTS = ["attend", "queries, keys, values", "probabilities", "project", "expand", "contract"]


def rounded(x):
    return x.to(torch.bfloat16).float()


def embed(net, pixels, parts):
    def product(name, x, weight, bias):
        return linear(rounded(x), rounded(weight), bias) if name in parts else linear(x, weight, bias)

    def operand(name, x):
        return rounded(x) if name in parts else x

    visual = net.visual
    x = visual._embeds(pixels)
    for block in visual.transformer.resblocks:
        attention, heads = block.attn, block.attn.num_heads
        qkv = product("attend", block.ln_1(x), attention.in_proj_weight, attention.in_proj_bias)
        q, k, v = [t.unflatten(-1, (heads, -1)).transpose(1, 2) for t in operand(PARTS[1], qkv).chunk(3, -1)]
        scores = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5, -1)
        y = (operand("probabilities", scores) @ v).transpose(1, 2).flatten(2)
        x = x + product("project", y, attention.out_proj.weight, attention.out_proj.bias)
        y = block.mlp.gelu(product("expand", block.ln_2(x), block.mlp.c_fc.weight, block.mlp.c_fc.bias))
        x = x + product("contract", y, block.mlp.c_proj.weight, block.mlp.c_proj.bias)
    return visual._pool(x)[0] @ visual.proj


def main():
    folder, expected = sys.argv[1:]
    torch.set_grad_enabled(False)
    with open(f"{folder}/open_clip_config.json") as file:
        net = open_clip.CLIP(**json.load(file)["model_cfg"])
    state = {k: v.float() for k, v in load_file(f"{folder}/open_clip_model.safetensors").items()}
    net.load_state_dict(state)
    net.eval()
    pixels = load_file(expected)["pixel_values"]
    exact = net.double().encode_image(pixels.double())
    net.float().load_state_dict(state)
    mean = exact.mean(0)

    def report(name, found):
        found = found.double()
        print(f"{name:24} {cosine_similarity(found, exact).min():.6f}  "
              f"{cosine_similarity(found - mean, exact - mean).min():.6f}")

    lengths = (exact - mean).norm(dim=1)
    print(f"mean of the embeddings {mean.norm():.2f}, distances from it {lengths.min():.2f} to {lengths.max():.2f}")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        report("PyTorch's autocast", net.encode_image(pixels))
    for part in PARTS:
        report(part, embed(net, pixels, [part]))
    report("all of these", embed(net, pixels, PARTS))
    report("PyTorch in bf16", net.bfloat16().encode_image(pixels.bfloat16()))


main()
