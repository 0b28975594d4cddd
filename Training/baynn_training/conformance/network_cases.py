# SPDX-License-Identifier: Apache-2.0
"""Networks of several kinds of layers, every head, and small models of each architecture."""

from collections.abc import Iterator

from ..integer import (
    AFFINE_DROPOUT,
    GAUSSIAN_SCALE,
    INVERTED,
    LAYER,
    MAXIMUM,
    NO_METHOD,
    SCALE_DROPOUT,
    SPATIAL_SPINDROP,
    SPINBAYES,
    SPINDROP,
    SUM,
)
from . import layer_cases as layers
from .builder import Builder
from .draws import Draws
from .layer_cases import LOGITS, Case, classified, pooled, whole

SCALE = {"method": SCALE_DROPOUT, "states": 2}


def join_cases() -> Iterator[Case]:
    for bits in (0, 1, 3):

        def concatenate(draws: Draws, bits=bits):
            b = Builder(draws, (3, 3, 2), 15)
            sums = [b.convolution(0, m, kernel=1, states=0) for m in (3, 31)]
            first, second = (b.affine(z, bits=bits, amplitude=60) for z in sums)
            x = b.concatenate(first, second)
            if bits == 0:
                x = b.affine(x, bits=1)
            return whole(b, x)

        def upsample(draws: Draws, bits=bits):
            b = Builder(draws, (2, 2, 2), 15)
            x = b.affine(b.convolution(0, 5, kernel=1, states=0), bits=bits, amplitude=60)
            x = b.upsample(x, (2, 3) if bits else 2)
            return classified(b, x, 2)

        kind = f"codes of {bits} bits" if bits else "integers"
        yield f"concatenate {kind}", concatenate
        yield f"upsample {kind}", upsample

    def add_once(draws: Draws):
        b = Builder(draws, (3, 3, 2), 15)
        u, v = (b.affine(b.convolution(0, 4, kernel=1, states=0)) for _ in range(2))
        return whole(b, b.affine(b.add(u, v), bits=1))

    def add_itself(draws: Draws):
        b = Builder(draws, (3, 3, 2), 15)
        u = b.convolution(0, 4, states=0)
        return pooled(b, b.affine(b.add(u, u), bits=2, method=SCALE_DROPOUT))

    def aligned(draws: Draws):
        b = Builder(draws, (2, 2, 2), 15)
        a, c = (b.convolution(0, 32, kernel=1) for _ in range(2))
        return whole(b, b.concatenate(b.concatenate(a, c), a))

    yield "add", add_once
    yield "add a tensor to itself", add_itself
    yield "concatenate whole words", aligned


def head_cases() -> Iterator[Case]:
    for classes, size in ((2, 1), (2, 4), (3, 2), (21, 3), (33, 1)):

        def build(draws: Draws, classes=classes, size=size):
            b = Builder(draws, (size, size, 3), 15)
            return classified(b, b.convolution(0, 4, kernel=1, **SCALE), classes)

        yield f"classification, {classes} classes, {size} x {size} positions", build

    for outputs, method in ((1, SCALE_DROPOUT), (3, GAUSSIAN_SCALE), (2, NO_METHOD)):

        def regression(draws: Draws, outputs=outputs, method=method):
            b = Builder(draws, (2, 3, 3), 100)
            x = b.convolution(0, 6, kernel=(2, 3), **SCALE)
            x = b.convolution(x, outputs, kernel=1, states=0)
            b.affine(x, amplitude=1 << 17, method=method)
            return b.network(b.regression())

        yield f"regression, {outputs} outputs, method {method}", regression

    def map_of_values(draws: Draws):
        b = Builder(draws, (2, 3, 2), 100)
        x = b.convolution(0, 6, kernel=1, **SCALE)
        x = b.convolution(x, 2, kernel=1, states=0, method=SPINBAYES, copies=4)
        b.affine(x, amplitude=1 << 20, shift=2)
        return b.network(b.regression())

    def large_values(draws: Draws):
        b = Builder(draws, (1, 1, 6), 9)
        x = b.convolution(0, 9, kernel=1, **SCALE)
        x = b.convolution(x, 2, kernel=1, states=0)
        b.affine(x, amplitude=1 << 30, shift=0, method=SCALE_DROPOUT)
        return b.network(b.regression())

    def softmax_behind_convolutions(draws: Draws):
        b = Builder(draws, (3, 3, 2), 100)
        b.convolution(0, 33, kernel=3, **SCALE)
        b.dense(32, scale=True)
        return b.network(b.softmax(5))

    yield "regression of a map", map_of_values
    yield "regression of large values", large_values
    yield "softmax behind a convolution and a dense layer", softmax_behind_convolutions


def _spinbayes(copies: int) -> dict:
    return {"method": SPINBAYES, "copies": copies, "states": copies}


def model_cases() -> Iterator[Case]:
    """Small models of the architectures that the methods were published with."""

    def cnn(draws: Draws):
        b = Builder(draws, (8, 8, 1), 15)
        x = b.pool(b.convolution(0, 8, pad=1, **SCALE))
        x = b.pool(b.convolution(x, 9, pad=1, **SCALE))
        b.convolution(x, 33, kernel=2, **SCALE)
        b.dense(10, scale=True)
        return b.network(b.softmax(10))

    def residual(draws: Draws):
        b = Builder(draws, (6, 6, 2), 255)
        u = b.affine(b.convolution(0, 5, pad=1, states=0), amplitude=300)
        for method in (SCALE_DROPOUT, NO_METHOD):
            z = b.convolution(b.affine(u, bits=1), 5, pad=1, states=0)
            u = b.add(u, b.affine(z, amplitude=300, method=method))
        z = b.affine(b.convolution(b.affine(u, bits=1), 8, stride=2, pad=1, states=0))
        short = b.convolution(b.affine(u, bits=1), 8, kernel=1, stride=2, states=0)
        return pooled(b, b.add(z, b.affine(short)), 4)

    def waveform(draws: Draws):
        b = Builder(draws, (1, 48, 1), 255)
        x = b.convolution(0, 6, kernel=(1, 9), stride=(1, 3), **SCALE)
        x = b.pool(x, kernel=(1, 2))
        x = b.convolution(x, 8, kernel=(1, 3), pad=(0, 1), **SCALE)
        return pooled(b, x, 5)

    def segmentation(draws: Draws):
        b = Builder(draws, (6, 6, 1), 31)
        first = b.convolution(0, 5, pad=1, **SCALE)
        x = b.convolution(b.pool(first), 7, pad=1, **SCALE)
        x = b.concatenate(b.upsample(x), first)
        return classified(b, b.convolution(x, 4, pad=1), 2)

    def transposed_segmentation(draws: Draws):
        b = Builder(draws, (4, 4, 2), 31)
        first = b.convolution(0, 4, pad=1, method=SPATIAL_SPINDROP)
        x = b.convolution(b.pool(first), 5, kernel=1)
        x = b.convolution(x, 4, kernel=2, stride=2, transposed=True, size=(4, 4))
        return classified(b, b.concatenate(x, first), 3)

    def inverted(draws: Draws):
        b = Builder(draws, (6, 6, 1), 16)
        x = b.convolution(0, 6, pad=1, states=0)
        x = b.pool(b.normalization(x, INVERTED, 2, AFFINE_DROPOUT))
        x = b.convolution(x, 7, states=0)
        return whole(b, b.normalization(x, INVERTED, 1, AFFINE_DROPOUT), 4)

    def subset(draws: Draws):
        b = Builder(draws, (5, 5, 1), 16)
        x = b.affine(b.convolution(0, 6, states=0), bits=1, method=GAUSSIAN_SCALE)
        z = b.convolution(x, 9, kernel=2, states=0)
        return whole(b, b.affine(z, bits=2, method=GAUSSIAN_SCALE), 4)

    def arbiters(draws: Draws):
        b = Builder(draws, (5, 5, 1), 16)
        x = b.convolution(0, 4, **_spinbayes(4))
        return whole(b, b.convolution(x, 4, kernel=2, **_spinbayes(8)), 3)

    def word_lines(draws: Draws):
        b = Builder(draws, (5, 5, 1), 16)
        x = b.convolution(0, 6, method=SPINDROP)
        x = b.convolution(x, 7, kernel=2, method=SPATIAL_SPINDROP)
        x = b.convolution(x, 3, kernel=2, method=SPINDROP, states=0)
        b.affine(x, amplitude=LOGITS)
        return b.network(layers.ClassificationHead(3))

    def all_methods(draws: Draws):
        b = Builder(draws, (5, 5, 2), 16)
        x = b.convolution(0, 5, pad=1, method=SPINDROP)
        x = b.convolution(x, 6, kernel=2, method=SPATIAL_SPINDROP, states=0)
        x = b.normalization(x, INVERTED, 1, AFFINE_DROPOUT)
        x = b.convolution(x, 4, kernel=2, **_spinbayes(4))
        x = b.convolution(x, 5, kernel=2, **SCALE)
        z = b.convolution(x, 4, kernel=2, states=0)
        x = b.affine(z, bits=2, method=GAUSSIAN_SCALE)
        return whole(b, x, 4)

    def recurrent(draws: Draws):
        b = Builder(draws, (1, 12, 1), 255)
        x = b.affine(b.convolution(0, 24, kernel=1, states=0), amplitude=1 << 17)
        x = b.lstm(x, sequence=True)
        z = b.convolution(x, 16, kernel=1, states=0)
        x = b.lstm(b.affine(z, amplitude=1 << 17, method=SCALE_DROPOUT), bits=4)
        b.affine(b.convolution(x, 1, kernel=1, states=0), amplitude=1 << 19)
        return b.network(b.regression())

    def precise(draws: Draws):
        b = Builder(draws, (4, 4, 1), 255)
        x = b.affine(b.convolution(0, 4, weight_bits=4, states=0), bits=4)
        z = b.convolution(x, 5, kernel=2, weight_bits=4, states=0)
        return whole(b, b.affine(z, bits=4, method=SCALE_DROPOUT), 3)

    def layer_normalized(draws: Draws):
        b = Builder(draws, (4, 4, 2), 50)
        x = b.normalization(b.convolution(0, 6, pad=1, states=0), LAYER, 2)
        x = b.normalization(b.pool(x, SUM), LAYER)
        return whole(b, x)

    def ten_sites(draws: Draws):
        b = Builder(draws, (1, 1, 9), 3)
        for _ in range(10):
            b.dense(5, scale=True)
        return b.network(b.softmax(3))

    def max_of_sums(draws: Draws):
        b = Builder(draws, (6, 6, 1), 50)
        x = b.pool(b.convolution(0, 5, pad=1, states=0), MAXIMUM, 3, 2, 1)
        return whole(b, b.normalization(x, INVERTED, 5, AFFINE_DROPOUT))

    yield "convolutional network", cnn
    yield "residual network", residual
    yield "network of waveforms", waveform
    yield "segmentation", segmentation
    yield "segmentation by transposed convolution", transposed_segmentation
    yield "inverted normalization with Affine Dropout", inverted
    yield "sub-set inference", subset
    yield "SpinBayes", arbiters
    yield "SpinDrop and Spatial-SpinDrop", word_lines
    yield "all six methods", all_methods
    yield "recurrent regression", recurrent
    yield "weights and codes of 4 bits", precise
    yield "layer normalization", layer_normalized
    yield "ten sites", ten_sites
    yield "maximum of sums", max_of_sums


def all_cases() -> Iterator[Case]:
    yield from layers.dense_cases()
    yield from layers.width_cases()
    yield from layers.geometry_cases()
    yield from layers.transposed_cases()
    yield from layers.bit_cases()
    yield from layers.input_cases()
    yield from layers.method_cases()
    yield from layers.affine_cases()
    yield from layers.normalization_cases()
    yield from layers.pool_cases()
    yield from layers.lstm_cases()
    yield from join_cases()
    yield from head_cases()
    yield from model_cases()
