# SPDX-License-Identifier: Apache-2.0
"""Layers, one element after the other in plain Python integers, as SPEC.md writes them down.

Shares no code with baynn_training.integer; a map is a dictionary from (y, x, channel).
"""

from math import isqrt

from baynn_training import integer

Map = dict[tuple[int, int, int], int]


def positions(shape):
    return [(y, x) for y in range(shape[0]) for x in range(shape[1])]


def clamp(v: int, low: int, high: int) -> int:
    return min(max(v, low), high)


def value(form, element: int) -> int:
    return 2 * element - form.bound if form.kind == "codes" else element


def bit(reached: bool, inverted) -> int:
    return int(reached) ^ int(inverted)


def dense(layer, source: Map, form, state, wide) -> Map:
    x = [source[y, x, c] for y, x in positions(form.shape) for c in range(form.channels)]
    out = {}
    for j in range(layer.weights.shape[1]):
        v = sum(xi if layer.weights[i, j] else -xi for i, xi in enumerate(x))
        bound = len(x) * form.bound
        reached = v + bound >= layer.thresholds[state, j]
        out[0, 0, j] = bit(reached, layer.inversions[state, j])
    return out


def seen(o: int, tap: int, stride: int, dilation: int, pad: int, transposed: bool, size: int):
    """The source index, or None."""
    if transposed:
        t = o + pad - tap * dilation
        if t < 0 or t % stride:
            return None
        i = t // stride
    else:
        i = o * stride + tap * dilation - pad
    return i if 0 <= i < size else None


def convolution(layer, source: Map, form, state, wide) -> Map:
    copy = state if layer.method == integer.SPINBAYES else 0
    out = {}
    for oy, ox in positions(layer.size):
        terms = []
        for ky in range(layer.kernel[0]):
            for kx in range(layer.kernel[1]):
                where = [
                    seen(o, k, layer.stride[a], layer.dilation[a], layer.pad[a],
                         layer.transposed, form.shape[a])
                    for a, (o, k) in enumerate(((oy, ky), (ox, kx)))
                ]  # fmt: skip
                if None in where:
                    continue
                for c in range(form.channels):
                    i = (ky * layer.kernel[1] + kx) * form.channels + c
                    unit = i if layer.method == integer.SPINDROP else c
                    if wide is not None and wide[unit]:
                        continue
                    x = source[where[0], where[1], c]
                    terms.append((i, 2 * x - form.bound if layer.signed else x))
        for j in range(layer.weights.shape[2]):
            z = sum(int(layer.weights[copy, i, j]) * v for i, v in terms)
            if layer.thresholds is None:
                out[oy, ox, j] = z
                continue
            row = state if len(layer.thresholds) > 1 else 0
            n = layer.kernel[0] * layer.kernel[1] * form.channels
            bound = n * form.bound * (2**layer.weight_bits - 1)
            reached = z + bound >= layer.thresholds[row, j]
            out[oy, ox, j] = bit(reached, layer.inversions[row, j])
    return out


def affine(layer, source: Map, form, state, wide) -> Map:
    out = {}
    for (y, x, c), element in source.items():
        v = int(layer.multiplier[state, c]) * value(form, element) + int(layer.offset[state, c])
        if layer.method == integer.GAUSSIAN_SCALE:
            g = 0 if wide is None else int(wide[c])
            a = int(layer.mu[c]) + int(layer.sigma[c]) * g // 65536
            v = a * v // 65536 + int(layer.bias[c])
        v //= 2**layer.shift
        if layer.bits:
            v = clamp(v + 2 ** (layer.bits - 1), 0, 2**layer.bits - 1)
        out[y, x, c] = v
    return out


def normalization(layer, source: Map, form, state, wide) -> Map:
    out, size = {}, form.channels // layer.groups
    drops_gamma, drops_beta = divmod(state, 2)
    for k in range(layer.groups):
        group = {p: v for p, v in source.items() if k * size <= p[2] < (k + 1) * size}
        n = len(group)
        if layer.mode == integer.INVERTED:
            u = {}
            for p, v in group.items():
                gamma = layer.one if drops_gamma else int(layer.gamma[p[2]])
                u[p] = gamma * v + (0 if drops_beta else int(layer.beta[p[2]]))
            total = sum(u.values())
            out |= {p: int(n * v >= total) for p, v in u.items()}
        else:
            total, squares = sum(group.values()), sum(v * v for v in group.values())
            root = max(1, isqrt(n * squares - total * total))
            for p, v in group.items():
                gamma, beta = int(layer.gamma[p[2]]), int(layer.beta[p[2]])
                out[p] = int(gamma * (n * v - total) + beta * root >= 0)
    return out


def pool(layer, source: Map, form, state, wide) -> Map:
    out = {}
    for oy, ox in positions(layer.size):
        for c in range(form.channels):
            window = []
            for ky in range(layer.kernel[0]):
                for kx in range(layer.kernel[1]):
                    y = oy * layer.stride[0] - layer.pad[0] + ky
                    x = ox * layer.stride[1] - layer.pad[1] + kx
                    if (y, x, c) in source:
                        window.append(source[y, x, c])
            if layer.mode == integer.MAXIMUM:
                out[oy, ox, c] = max(window)
            else:
                out[oy, ox, c] = sum(value(form, element) for element in window)
    return out


def upsample(layer, source: Map, form, state, wide) -> Map:
    height, width = form.height * layer.factor[0], form.width * layer.factor[1]
    return {
        (y, x, c): source[y // layer.factor[0], x // layer.factor[1], c]
        for y, x in positions((height, width))
        for c in range(form.channels)
    }


def lstm(layer, source: Map, form, state, wide) -> Map:
    m, largest = layer.outputs, 2**layer.bits - 1

    def sigmoid(v: int) -> int:
        return clamp(v // 4 + 2**15, 0, 2**16)

    def tangent(v: int) -> int:
        return clamp(v, -(2**16), 2**16)

    def code(h: int) -> int:
        return clamp(h // 2**layer.shift + 2 ** (layer.bits - 1), 0, largest)

    c, h_codes, out = [0] * m, [code(0)] * m, {}
    for y, x in positions(form.shape):
        gates = []
        for j in range(4 * m):
            z = sum(
                (2 * h - largest) * (1 if layer.weights[i, j] else -1)
                for i, h in enumerate(h_codes)
            )
            gates.append(source[y, x, j] + int(layer.recurrent_multiplier[j]) * z)
        for j in range(m):
            g_input, g_forget, candidate, g_output = (gates[k * m + j] for k in range(4))
            c[j] = (sigmoid(g_forget) * c[j] + sigmoid(g_input) * tangent(candidate)) // 2**16
            h_codes[j] = code(sigmoid(g_output) * tangent(c[j]) // 2**16)
        place = (y, x) if layer.sequence else (0, 0)
        out |= {(*place, j): h for j, h in enumerate(h_codes)}
    return out


LAYERS = {
    integer.DenseLayer: dense,
    integer.Convolution: convolution,
    integer.Affine: affine,
    integer.Normalization: normalization,
    integer.Pool: pool,
    integer.Upsample: upsample,
    integer.LSTM: lstm,
}


def evaluate(network, x, mask: int, wide) -> list[Map]:
    """The tensors of one leaf, from the input on. x: [elements]."""
    height, width, channels = network.shape
    places = [(y, x, c) for y, x in positions((height, width)) for c in range(channels)]
    tensors = [dict(zip(places, x.tolist(), strict=True))]
    sites = [site for layer in network.layers for site in layer.sites]
    bits, draws = format(mask, "b").zfill(len(sites)) if sites else "", list(wide or [])
    for number, layer in enumerate(network.layers, 1):
        own, bits = bits[: len(layer.sites)], bits[len(layer.sites) :]
        state = int(own, 2) if own else 0
        drawn = draws.pop(0) if layer.wide and wide is not None else None
        forms = [network.forms[k] for k in layer.sources(number)]
        sources = [tensors[k] for k in layer.sources(number)]
        if isinstance(layer, integer.Add):
            tensors.append({p: v + sources[1][p] for p, v in sources[0].items()})
        elif isinstance(layer, integer.Concatenate):
            behind = {(y, x, c + forms[0].channels): v for (y, x, c), v in sources[1].items()}
            tensors.append(sources[0] | behind)
        else:
            tensors.append(LAYERS[type(layer)](layer, sources[0], forms[0], state, drawn))
    return tensors
