# SPDX-License-Identifier: Apache-2.0
"""Small graphs of every kind, for tests."""

from collections.abc import Callable

import torch

from baynn_training import Graph, finish
from baynn_training.graph_parity import random_inputs


def randomize(graph: Graph, seed: int = 0) -> Graph:
    """Gives all parameters values of both signs, so that nothing is constant or 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in graph.named_parameters():
            last = name.split(".")[-1]
            normal = torch.randn(parameter.shape, generator=generator)
            if last == "latent":
                parameter.copy_((normal / 2).clamp(-1, 1))
            elif last in ("beta", "bias"):
                parameter.copy_(normal)
            elif last not in ("log_noise", "raw_deviation"):
                parameter.mul_(0.3 + normal)
    return graph


def finished(graph: Graph, seed: int = 0, count: int = 128) -> Graph:
    generator = torch.Generator().manual_seed(seed)
    return finish(randomize(graph, seed), random_inputs(graph, count, seed), generator)


def plain(method: str, norm: str, signed: bool = False, **options) -> Graph:
    """Strides, dilation, a transposed convolution, a pool, a dense layer."""
    graph = Graph((7, 9, 2), 15, signed)
    options = dict(norm=norm, method=method, **options)
    x = graph.block(graph.input, 6, kernel=(3, 2), stride=(2, 1), dilation=(1, 2), **options)
    x = graph.block(x, 8, transposed=True, stride=2, **options)
    x = graph.max_pool(x, 2, padding="same")
    x = graph.block(x, 33, kernel=None, **options)
    graph.classify(x, 4)
    return graph


def several_bits(weight_bits: int, bits: int, method: str) -> Graph:
    graph = Graph((5, 6, 1), 255)
    options = dict(bits=bits, method=method)
    x = graph.block(graph.input, 5, weight_bits=weight_bits, **options)
    x = graph.block(x, 7, weight_bits=weight_bits, **options)
    graph.classify(x, 3, weight_bits=weight_bits)
    return graph


def residual(method: str) -> Graph:
    """Additions, real values, codes of three bits, and every layer without parameters."""
    graph = Graph((8, 8, 3), 255)
    x = graph.block(graph.input, 8)
    u = graph.add(graph.affine(graph.convolution(x, 8), method=method), graph.affine(x))
    for _ in range(2):
        z = graph.convolution(graph.sign(u), 8, method="spatial")
        u = graph.add(u, graph.affine(z, method=method))
    v = graph.affine(graph.convolution(graph.sign(u), 12, kernel=1, stride=2))
    x = graph.block(graph.quantize(v, 3), 9, method=method)
    x = graph.sign(graph.affine(graph.sum_pool(x, 2)))
    x = graph.concatenate(x, graph.upsample(graph.max_pool(x, 2), 2))
    x = graph.normalize(graph.sum_pool(x, 2, stride=1, padding="same"), "layer", groups=3)
    graph.classify_sum(x, 5)
    return graph


def segmentation() -> Graph:
    """Skip connections, upsampling and a transposed convolution; a class of each position."""
    graph = Graph((8, 8, 1), 255)
    a = graph.block(graph.input, 6)
    b = graph.block(a, 8, stride=2, method="spatial")
    c = graph.concatenate(a, graph.upsample(b, 2))
    d = graph.block(c, 5, norm="inverted", method="affine")
    e = graph.block(b, 6, stride=2, transposed=True, method="none")
    graph.classify(graph.concatenate(d, e), 2, per_position=True)
    return graph


def recurrent(bits: int, sequence: bool, method: str) -> Graph:
    graph = Graph((1, 12, 2), 255, signed_input=True)
    x = graph.lstm(graph.input, 9, bits, sequence, method)
    if sequence:
        x = graph.lstm(x, 5, bits, method=method)
    graph.regress(x, 2, center=[350.0, -3.0], spread=[20.0, 0.5])
    return graph


METHODS = [
    ("none", "batch"),
    ("scale", "batch"),
    ("spindrop", "batch"),
    ("spatial", "batch"),
    ("spinbayes", "batch"),
    ("subset", "batch"),
    ("none", "inverted"),
    ("affine", "inverted"),
    ("spindrop", "inverted"),
    ("none", "layer"),
    ("spatial", "layer"),
    ("spinbayes", "layer"),
]


def every_graph() -> dict[str, Callable[[], Graph]]:
    """Makers of graphs of every layer, method, head and bit width, by name."""
    makers = {}
    for method, norm in METHODS:
        for signed in (False, True):
            name = f"{norm} norm, {method}, {'signed' if signed else 'unsigned'}"
            makers[name] = lambda m=method, n=norm, s=signed: plain(m, n, s)
    makers["two groups"] = lambda: plain("affine", "inverted", groups=1, probability=(0.1, 0.4))
    for weight_bits, bits in ((1, 2), (2, 1), (4, 4), (3, 5), (8, 8)):
        for method in ("scale", "subset", "spindrop"):
            name = f"{weight_bits} bit weights, {bits} bit codes, {method}"
            makers[name] = lambda w=weight_bits, b=bits, m=method: several_bits(w, b, m)
    for method in ("none", "scale", "subset"):
        makers[f"residual, {method}"] = lambda m=method: residual(m)
    makers["segmentation"] = segmentation
    for bits, sequence, method in ((1, False, "scale"), (2, True, "none"), (8, True, "subset")):
        name = f"LSTM, {bits} bits, sequence {sequence}, {method}"
        makers[name] = lambda b=bits, s=sequence, m=method: recurrent(b, s, m)
    return makers
