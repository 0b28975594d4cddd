# SPDX-License-Identifier: Apache-2.0
"""Networks that sweep the options of one kind of layer after the other."""

from collections.abc import Callable, Iterator

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
    ClassificationHead,
)
from ..integer_network import IntegerNetwork
from .builder import Builder
from .draws import Draws

Build = Callable[[Draws], IntegerNetwork]
Case = tuple[str, Build]

LOGITS = 1 << 20
LANES = (1, 2, 31, 32, 33, 63, 64, 65)


def classified(b: Builder, source: int, classes: int = 3) -> IntegerNetwork:
    """Ends a network with integer logits of each position of a tensor."""
    logits = source
    if b.forms[source].channels != classes or b.forms[source].kind != "integers":
        if b.forms[source].kind == "integers":
            source = b.affine(source, bits=2)
        logits = b.convolution(source, classes, kernel=1, states=0)
    b.affine(logits, amplitude=LOGITS)
    return b.network(ClassificationHead(classes))


def pooled(b: Builder, source: int, classes: int = 3) -> IntegerNetwork:
    """Ends a network with logits of the sum of a map, at one position."""
    if b.forms[source].kind == "input":
        raise ValueError("the input cannot be pooled")
    return classified(b, b.pool(source, SUM, kernel=b.forms[source].shape[:2]), classes)


def whole(b: Builder, source: int, classes: int = 3) -> IntegerNetwork:
    """Ends a network with a convolution over the whole of a map of codes."""
    shape = b.forms[source].shape[:2]
    return classified(b, b.convolution(source, classes, kernel=shape, states=0), classes)


def dense_cases() -> Iterator[Case]:
    for i, lanes in enumerate(LANES):
        maximum, classes = (1, 3, 15, 255)[i % 4], (2, 3, 10, 33)[i % 4]

        def build(draws: Draws, lanes=lanes, maximum=maximum, classes=classes, i=i):
            b = Builder(draws, (1, 1 + i % 3, 2 + i), maximum)
            b.dense(lanes, scale=i % 2 == 0)
            b.dense(LANES[-1 - i], scale=i % 3 > 0)
            return b.network(b.softmax(classes))

        yield f"dense {lanes} outputs, maximum {maximum}", build


def width_cases() -> Iterator[Case]:
    for i, lanes in enumerate(LANES):
        outputs = LANES[(3 * i + 2) % 8]

        def build(draws: Draws, lanes=lanes, outputs=outputs, i=i):
            b = Builder(draws, (3, 3, 2), 7)
            x = b.convolution(0, lanes, kernel=1, signed=False)
            x = b.convolution(x, outputs, kernel=(1, 2) if lanes > 2 else 2, pad=i % 2)
            return classified(b, x, 2 + i % 2)

        yield f"convolution {lanes} to {outputs} channels", build


GEOMETRIES = {
    "stride 2": {"stride": 2},
    "stride (1, 2)": {"stride": (1, 2)},
    "stride above kernel": {"stride": 3, "kernel": 2},
    "dilation 2": {"dilation": 2},
    "dilation (1, 3)": {"dilation": (1, 3), "kernel": (3, 2)},
    "same padding": {"pad": 1},
    "padding (0, 2)": {"pad": (0, 2)},
    "padding above kernel": {"pad": (4, 5), "kernel": 2},
    "output beyond the source": {"size": (9, 8), "pad": 1},
    "output cut short": {"size": (2, 3)},
    "whole map": {"kernel": (5, 6)},
    "one tap": {"kernel": 1, "stride": (2, 1)},
    "kernel above source": {"kernel": (7, 3), "pad": (3, 1), "size": (5, 6)},
    "all out of range": {"pad": (200, 200), "size": (2, 2), "kernel": 2},
    "dilation, stride and padding": {"dilation": (2, 1), "stride": (1, 2), "pad": (2, 1)},
}


def geometry_cases() -> Iterator[Case]:
    for i, (name, options) in enumerate(GEOMETRIES.items()):

        def build(draws: Draws, options=options, i=i):
            b = Builder(draws, (5, 6, 1 + i % 2), 9)
            if i % 3 == 0:
                x = b.convolution(0, 4, signed=i % 2 == 0, **options)
            else:
                x = b.convolution(0, 3, kernel=1)
                x = b.convolution(x, 4, states=i % 2, **options)
            if b.forms[x].kind == "integers":
                x = b.affine(x, bits=1)
            return whole(b, x)

        yield f"convolution, {name}", build


TRANSPOSED = {
    "stride 1": {},
    "stride 2": {"stride": 2, "kernel": 2},
    "stride 2, kernel 3, padding 1": {"stride": 2, "kernel": 3, "pad": 1},
    "stride (3, 2)": {"stride": (3, 2), "kernel": (2, 3)},
    "dilation 2": {"dilation": 2, "kernel": 2},
    "dilation 2, stride 3": {"dilation": 2, "stride": 3, "kernel": 2, "pad": (1, 0)},
    "padding above kernel": {"pad": 3, "kernel": 2, "stride": 2, "size": (3, 4)},
    "more bits": {"stride": 2, "kernel": 2, "weight_bits": 2},
}


def transposed_cases() -> Iterator[Case]:
    for i, (name, options) in enumerate(TRANSPOSED.items()):

        def build(draws: Draws, options=options, i=i):
            b = Builder(draws, (3, 4, 2), 15)
            source = 0 if i % 4 == 3 else b.affine(0, bits=1 + i % 3)
            x = b.convolution(source, 3, transposed=True, signed=i % 2 == 0, **options)
            return whole(b, x)

        yield f"transposed, {name}", build


WIDTHS = (
    (1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (1, 3), (3, 5), (4, 4),
    (5, 3), (6, 2), (1, 8), (8, 1), (7, 7), (8, 8),
)  # fmt: skip


def bit_cases() -> Iterator[Case]:
    for i, (weight_bits, bits) in enumerate(WIDTHS):
        for signed in (True, False) if weight_bits == bits else (i % 2 == 0,):

            def build(draws: Draws, weight_bits=weight_bits, bits=bits, signed=signed, i=i):
                b = Builder(draws, (2, 3, 2), 255)
                x = b.affine(0, bits=bits)
                options = {"weight_bits": weight_bits, "signed": signed, "kernel": 2}
                x = b.convolution(x, 3, pad=i % 2, states=0, **options)
                x = b.affine(x, bits=bits)
                return whole(b, b.convolution(x, 4, **{**options, "kernel": 1}))

            kind = "signed" if signed else "unsigned"
            yield f"weights of {weight_bits} bits, codes of {bits}, {kind}", build


def input_cases() -> Iterator[Case]:
    for maximum in (1, 2, 15, 16, 127, 255):
        for signed in (True, False):

            def build(draws: Draws, maximum=maximum, signed=signed):
                b = Builder(draws, (4, 3, 1), maximum)
                return whole(b, b.convolution(0, 5, pad=1, signed=signed))

            kind = "signed" if signed else "unsigned"
            yield f"{kind} input up to {maximum}", build


def method_cases() -> Iterator[Case]:
    """The methods of convolutions."""
    options: list[tuple[str, dict]] = [
        ("Scale Dropout", {"method": SCALE_DROPOUT, "states": 2}),
        ("Scale Dropout, 2-bit weights", {"method": SCALE_DROPOUT, "states": 2, "weight_bits": 2}),
    ]
    for method, name in ((SPINDROP, "SpinDrop"), (SPATIAL_SPINDROP, "Spatial-SpinDrop")):
        options += [
            (f"{name}, bits", {"method": method}),
            (f"{name}, integers", {"method": method, "states": 0}),
            (f"{name}, unsigned", {"method": method, "signed": False}),
            (f"{name}, 3-bit weights", {"method": method, "weight_bits": 3, "states": 0}),
            (f"{name}, transposed", {"method": method, "transposed": True, "stride": 2}),
        ]
    for copies in (2, 4, 8, 16):
        for states in (0, 1, copies):
            name = f"SpinBayes, {copies} copies, {states} states"
            options.append((name, {"method": SPINBAYES, "copies": copies, "states": states}))
    two = {"method": SPINBAYES, "copies": 2, "states": 2, "weight_bits": 2}
    options.append(("SpinBayes, 2-bit weights", two))
    for i, (name, option) in enumerate(options):

        def build(draws: Draws, option=option, i=i):
            b = Builder(draws, (3, 4, 2), 5)
            x = 0
            if i % 2:
                x = b.affine(0, bits=1 + i % 3)
                x = b.convolution(x, (3, 9)[i % 4 == 1], kernel=1)
            small = option.get("copies", 1) > 4
            x = b.convolution(x, 3, kernel=1 if small else 2, pad=i % 2, **option)
            if b.forms[x].kind == "integers":
                x = b.affine(x, bits=1)
            return whole(b, x)

        yield name, build


def affine_cases() -> Iterator[Case]:
    methods = {NO_METHOD: "plain", SCALE_DROPOUT: "Scale Dropout", GAUSSIAN_SCALE: "Gaussian"}
    for method, name in methods.items():
        for i, (source, bits, shift) in enumerate(
            [("input", 1, 0), ("codes", 0, 30), ("integers", 8, 5), ("integers", 1, 12),
             ("bits", 4, 16), ("integers", 0, 3)]
        ):  # fmt: skip

            def build(draws: Draws, method=method, source=source, bits=bits, shift=shift, i=i):
                b = Builder(draws, (2, 2, 3 + i), 30)
                x = 0
                if source == "codes":
                    x = b.affine(0, bits=3)
                elif source != "input":
                    x = b.convolution(0, 5, kernel=1, states=int(source == "bits"))
                amplitude = 1 if shift == 30 else 500
                x = b.affine(x, bits=bits, shift=shift, amplitude=amplitude, method=method)
                if b.forms[x].kind == "integers":
                    x = b.affine(x, bits=4, shift=0)
                return whole(b, x)

            yield f"affine, {name}, {source} to {bits or 'no'} bits, shift {shift}", build


def normalization_cases() -> Iterator[Case]:
    for mode, method, name in (
        (INVERTED, NO_METHOD, "inverted"),
        (INVERTED, AFFINE_DROPOUT, "inverted, Affine Dropout"),
        (LAYER, NO_METHOD, "layer"),
    ):
        for channels, groups, size in ((6, 1, 3), (6, 2, 2), (6, 6, 3), (33, 3, 1), (1, 1, 4)):

            def build(draws: Draws, options=(mode, groups, method), channels=channels, size=size):
                b = Builder(draws, (size, size, 3), 20)
                x = b.convolution(0, channels, kernel=1, states=0)
                return whole(b, b.normalization(x, *options))

            yield f"{name}, {channels} channels in {groups} groups", build


POOLS = {
    "2": {"kernel": 2},
    "overlapping": {"kernel": 3, "stride": 1},
    "padded": {"kernel": 3, "stride": 2, "pad": 1},
    "with gaps": {"kernel": (1, 2), "stride": (2, 3), "pad": (0, 1)},
    "beyond the source": {"kernel": (4, 3), "stride": (3, 2), "pad": (3, 2), "size": (3, 3)},
}


def pool_cases() -> Iterator[Case]:
    for i, (name, options) in enumerate(POOLS.items()):
        for mode, title in ((MAXIMUM, "maximum"), (SUM, "sum")):
            for bits in (0, 1) if i % 2 else (2, 8 - i):

                def build(draws: Draws, mode=mode, bits=bits, options=options):
                    b = Builder(draws, (5, 5, 2), 12)
                    x = b.convolution(0, 3, kernel=1, states=0)
                    x = b.affine(x, bits=bits, amplitude=40)
                    x = b.pool(x, mode, **options)
                    if b.forms[x].kind == "integers":
                        x = b.affine(x, bits=1)
                    return whole(b, x)

                elements = f"codes of {bits} bits" if bits else "integers"
                yield f"pool, {title} of {elements}, {name}", build


def lstm_cases() -> Iterator[Case]:
    sizes = ((1, 4), (2, 2), (8, 8), (8, 1), (31, 1), (33, 1), (9, 2), (16, 8), (64, 1))
    for i, (outputs, bits) in enumerate(sizes):
        sequence = i % 2 == 1
        steps = (1, 5) if i % 3 else (2, 4)

        def build(draws: Draws, outputs=outputs, bits=bits, sequence=sequence, steps=steps, i=i):
            b = Builder(draws, (*steps, 2), 25)
            x = b.affine(0, bits=2) if i % 2 else 0
            x = b.convolution(x, 4 * outputs, kernel=1, states=0)
            x = b.affine(x, amplitude=1 << 17, method=SCALE_DROPOUT if i % 4 == 2 else NO_METHOD)
            x = b.lstm(x, bits, shift=0 if i == 4 else None, sequence=sequence)
            if i % 3 == 2:
                x = b.convolution(x, 1, kernel=b.forms[x].shape[:2], states=0)
                b.affine(x, amplitude=1 << 18)
                return b.network(b.regression())
            return whole(b, x) if i % 3 else classified(b, x)

        kind = "all steps" if sequence else "last step"
        yield f"LSTM, {outputs} outputs, {bits} bits, {kind}", build
