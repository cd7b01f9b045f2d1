"""The compact network: a fixed high-pass filter, seven convolutions, a mean over the view.

Layout of the exported file (safetensors, fp32, batch normalisation folded in):
`conv{1..7}.weight` (out, in, 3, 3), `conv{1..7}.bias` (out), `strides` (7) and `range` (1).
"""

import torch
from torch import nn
from torch.nn import functional

# (channels in, channels out, stride)
LAYERS = [(3, 16, 1), (16, 32, 2), (32, 32, 1), (32, 48, 2), (48, 64, 1), (64, 96, 2), (96, 96, 1)]
# The residual is cut at this many levels of 255, then divided by it.
RANGE = 8.0


def residual(pixels):
    """What a 3 × 3 binomial blur takes away. pixels: (n, 3, h, w), uint8; result in -1…1."""
    x = pixels.float()
    kernel = torch.tensor([1.0, 2.0, 1.0])
    kernel = (kernel[:, None] * kernel / 16).expand(3, 1, 3, 3)
    blurred = functional.conv2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), kernel, groups=3)
    return ((x - blurred) / RANGE).clamp(-1, 1)


class Network(nn.Module):
    def __init__(self, families, layers=LAYERS):
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(i, o, 3, stride=s, padding=1, bias=False) for i, o, s in layers)
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _ in layers)
        self.dropout = nn.Dropout(0.2)
        self.binary = nn.Linear(layers[-1][1], 1)
        self.family = nn.Linear(layers[-1][1], families)

    def features(self, pixels):
        x = residual(pixels).contiguous(memory_format=torch.channels_last)
        for convolution, norm in zip(self.convolutions, self.norms):
            x = functional.relu(norm(convolution(x)))
        return x.float().mean((2, 3))

    def forward(self, pixels):
        features = self.dropout(self.features(pixels))
        return self.binary(features)[:, 0], self.family(features)

    def folded(self):
        """The tensors of the exported file."""
        tensors = dict(strides=torch.tensor([c.stride[0] for c in self.convolutions]), range=torch.tensor([RANGE]))
        for index, (convolution, norm) in enumerate(zip(self.convolutions, self.norms), 1):
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            tensors[f"conv{index}.weight"] = (convolution.weight * scale[:, None, None, None]).detach().contiguous()
            tensors[f"conv{index}.bias"] = (norm.bias - norm.running_mean * scale).detach()
        return tensors
