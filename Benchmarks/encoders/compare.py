"""The blocks of full-size encoders: ours beside PyTorch, ONNX Runtime and OpenVINO.

    python -m venv V; V/bin/pip install torch onnx onnxruntime openvino safetensors numpy
    swift build -c release --package-path Benchmarks --product encoder-benchmark
    V/bin/python Benchmarks/encoders/compare.py PROGRAM FOLDER [--models ViT-L-14,...]
        [--threads 1,2] [--batch 1] [--rounds 7]

A table in Markdown is printed at the end. Every program runs the same blocks with the same random weights on the same input. Rounds are
interleaved; figures are pictures a CPU-second, medians over the rounds, and ratios are medians of
ratios within a round. Drift is against PyTorch in fp32: cosine and centred cosine (the
mean over the tokens removed) of the outputs' rows, the least of all rows.
"""

import argparse
import os
import statistics
import subprocess
import time

import numpy as np
import onnxruntime
import openvino
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors import safe_open

from program import Program, weights


class Block(torch.nn.Module):
    def __init__(self, width, heads, dino, eps):
        super().__init__()
        self.heads, self.dino = heads, dino
        self.norm1 = torch.nn.LayerNorm(width, eps=eps)
        self.norm2 = torch.nn.LayerNorm(width, eps=eps)
        self.qkv = torch.nn.Linear(width, 3 * width)
        self.proj = torch.nn.Linear(width, width)
        self.fc1 = torch.nn.Linear(width, 4 * width)
        self.fc2 = torch.nn.Linear(4 * width, width)
        if dino:
            self.ls1 = torch.nn.Parameter(torch.ones(width))
            self.ls2 = torch.nn.Parameter(torch.ones(width))

    def forward(self, x):
        b, t, d = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(b, t, 3, self.heads, d // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        y = torch.nn.functional.scaled_dot_product_attention(q, k, v)
        y = self.proj(y.transpose(1, 2).reshape(b, t, d))
        x = x + (y * self.ls1 if self.dino else y)
        y = self.fc2(torch.nn.functional.gelu(self.fc1(self.norm2(x))))
        return x + (y * self.ls2 if self.dino else y)


def torch_model(path, width, heads, layers, dino):
    names = {
        "norm1": "norm1" if dino else "ln_1", "norm2": "norm2" if dino else "ln_2",
        "qkv": "attn.qkv." if dino else "attn.in_proj_", "proj": "attn.proj" if dino else "attn.out_proj",
        "fc1": "mlp.fc1" if dino else "mlp.c_fc", "fc2": "mlp.fc2" if dino else "mlp.c_proj",
        "ls1": "ls1.gamma", "ls2": "ls2.gamma",
    }
    blocks = torch.nn.Sequential(*[Block(width, heads, dino, 1e-6 if dino else 1e-5) for _ in range(layers)])
    prefix = "blocks." if dino else "visual.transformer.resblocks."
    with safe_open(path, "pt") as file, torch.no_grad():
        for index, block in enumerate(blocks):
            for name, parameter in block.named_parameters():
                part, _, kind = name.partition(".")
                stored = names[part]
                if kind:
                    stored += kind if stored[-1] in "._" else "." + kind
                parameter.copy_(file.get_tensor(f"{prefix}{index}.{stored}"))
    return blocks.eval()


class Ours(Program):
    def __init__(self, program, model, path, precision, threads, batch, source, cache):
        super().__init__(program, "serve", model, path, precision, threads, batch, source, cache)
        self.line()

    def run(self):
        return float(self.ask("go 1").split()[0])

    def output(self, shape):
        path = f"/tmp/encoder-output-{os.getpid()}"
        self.ask("output " + path)
        values = np.fromfile(path, np.float32).reshape(shape)
        os.unlink(path)
        return values


class Rival:
    def __init__(self, call):
        self.call = call
        self.last = call()

    def run(self):
        start = time.process_time()
        self.last = self.call()
        return time.process_time() - start

    def output(self, shape):
        return np.asarray(self.last).reshape(shape)


def drift(reference, values):
    def worst(a, b):
        a, b = a.astype(np.float64), b.astype(np.float64)
        return ((a * b).sum(-1) / np.sqrt((a * a).sum(-1) * (b * b).sum(-1))).min()
    a, b = reference.reshape(-1, reference.shape[-1]), values.reshape(-1, values.shape[-1])
    mean = a.mean(0)
    return worst(a, b), worst(a - mean, b - mean)


def measure(arguments, name, width, heads, layers, tokens, dino, operations, threads):
    folder, batch = arguments.folder, arguments.batch
    path = weights(arguments.program, folder, name)
    cache = f"{folder}/packed"
    os.makedirs(cache, exist_ok=True)
    shape = (batch, tokens, width)
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    source = f"{folder}/input.bin"
    x.tofile(source)
    torch.set_num_threads(threads)
    tensor = torch.from_numpy(x)
    model = torch_model(path, width, heads, layers, dino)
    exported = f"{folder}/{name}/{batch}.onnx"
    if not os.path.exists(exported):
        torch.onnx.export(model, (tensor,), exported, dynamo=False, opset_version=17)
        quantize_dynamic(exported, exported + ".int8", weight_type=QuantType.QInt8, per_channel=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(exported + ".int8", options, ["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: x}
    core = openvino.Core()
    compiled = core.compile_model(
        core.read_model(exported), "CPU",
        {"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1})
    request = compiled.create_infer_request()

    def with_torch():
        with torch.inference_mode():
            return model(tensor).numpy()

    runners = {
        f"ours {p}": Ours(arguments.program, name, path, p, threads, batch, source, cache)
        for p in ["fp32", "bf16", "int8"]}
    runners["torch fp32"] = Rival(with_torch)
    runners["ort int8"] = Rival(lambda: session.run(None, feed)[0])
    runners["openvino bf16"] = Rival(lambda: request.infer([x])[0].copy())
    rates = Program(arguments.program, "rates", name)
    times = {key: [] for key in runners}
    products = []
    for _ in range(arguments.rounds):
        products.append([float(v) for v in rates.ask().split()])
        for key, runner in runners.items():
            times[key].append(runner.run())
    reference = runners["torch fp32"].output(shape)
    print(f"\n{name}, batch {batch}, {threads} thread(s), {arguments.rounds} rounds")
    for key, runner in runners.items():
        found = drift(reference, runner.output(shape))
        median = statistics.median(times[key])
        print(f"  {key:14} {batch / median:8.3f} images/CPU-s  {operations * batch / median / 1e9:6.1f} GFLOP/s"
              f"  cosine {found[0]:.6f} centred {found[1]:.6f}")
    fp32 = np.abs(runners["ours fp32"].output(shape) - reference).max() / np.abs(reference).max()
    print(f"  fp32 against PyTorch: {fp32:.2e} of the maximum")
    print("  products: " + ", ".join(
        f"{n} {statistics.median(p[i] for p in products):.1f}" for i, n in
        enumerate(["OpenBLAS sgemm", "oneDNN fp32", "bf16", "int8"])) + " GFLOP/CPU-s")

    cells = [f"{name}, {threads}"]
    for p in ["fp32", "bf16", "int8"]:
        found = drift(reference, runners["ours " + p].output(shape))
        cells.append(f"{batch / statistics.median(times['ours ' + p]):.2f}"
                     + ("" if p == "fp32" else f" ({found[0]:.5f}, {found[1]:.5f})"))

    def ratio(text, values):
        print(f"  {text}: {statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})")
        if text != "ours int8 / int8 products":
            cells.append(f"{statistics.median(values):.2f}")
    work = operations * batch / 1e9
    for index, (key, text) in enumerate([("ours fp32", "sgemm (OpenBLAS)"), ("ours fp32", "oneDNN fp32"),
                                         ("ours bf16", "bf16 products"), ("ours int8", "int8 products")]):
        ratio(f"{key} / {text}", [work / t / p[index] for t, p in zip(times[key], products)])
    for ours, theirs in [("ours fp32", "torch fp32"), ("ours bf16", "openvino bf16"), ("ours int8", "ort int8")]:
        ratio(f"{ours} / {theirs}", [b / a for a, b in zip(times[ours], times[theirs])])
    for p in ["fp32", "bf16", "int8"]:
        runner = runners[f"ours {p}"]
        runner.close()
    rates.close()
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--models", default="")
    parser.add_argument("--threads", default="1")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    rows = ["| model, threads | fp32 | bf16 (cosine, centred) | int8 (cosine, centred) | fp32 / sgemm | "
            "fp32 / oneDNN's fp32 | bf16 / bf16 products | fp32 / PyTorch | bf16 / OpenVINO | int8 / ONNX Runtime |",
            "|---|" + "---|" * 9]
    listed = subprocess.run([arguments.program, "models"], capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines():
        name, width, heads, layers, tokens, dino, operations = line.split()
        if arguments.models and name not in arguments.models.split(","):
            continue
        for threads in arguments.threads.split(","):
            rows.append(measure(arguments, name, int(width), int(heads), int(layers), int(tokens), dino == "1",
                                float(operations), int(threads)))
    print("\n" + "\n".join(rows))


main()
