# SPDX-License-Identifier: Apache-2.0
"""CO2 on Mauna Loa, a year ahead: a long short-term memory and a regression."""

from ..data import Data
from ..data.co2 import HORIZON
from ..graph import Graph
from ..training import Budget
from .recipe import METHODS, Recipe


def build(data: Data, method: str) -> Graph:
    graph = Graph(data.shape, signed_input=True)
    if method not in METHODS:
        raise ValueError(f"there is no method '{method}': choose one of {', '.join(METHODS)}")
    # Inverted norm ends in signs, which the gates of an LSTM cannot use: it goes behind it.
    h = graph.lstm(graph.input, 48, bits=1, method="scale" if method == "scale" else "none")
    if method == "affine":
        h = graph.block(h, 96, kernel=None, norm="inverted", method="affine")
    else:
        h = graph.block(h, 96, kernel=None, method=method)
    y = data.train.y
    graph.regress(h, HORIZON, y.mean(0), y.std(0))
    return graph


RECIPE = Recipe(
    task="co2",
    title="three years of monthly CO2",
    kind="regression",
    labels=tuple(f"month +{k}" for k in range(1, HORIZON + 1)),
    budget=Budget(epochs=120, batch=32, learning_rate=4e-3, checkpoint_epochs=10),
    build=build,
    unit="ppm",
    outline="36 months of 2 numbers - LSTM of 48 with one-bit h - dense 96 - 12 months ahead.",
    source="""Monthly means of CO2 on Mauna Loa since 1958 (public domain; NOAA/ESRL, P. Tans, and
    Scripps, R. Keeling). Strange inputs: held-out windows in reverse, with their months shuffled,
    and uniform noise.""",
    split="""By time: windows whose targets lie before 2000 train (443), those that end in 2000 to
    2009 set the threshold on the standard deviation and do nothing else (120), those from 2010 on
    are held out (198; neighbours share most of their months).""",
    preparation="""Of each month the change within the month, 48 codes a ppm, and the change against
    the year before less 1.5 ppm, 32 codes a ppm, both around 128. The outputs are what is to be
    added to the seasonal forecast with drift: the same month a year ago plus the growth of the
    last year. The device adds that forecast to the output.""",
    limits=(
        """CO2 grows faster than it did in training: test windows are a shift of the data, and the
        share of intervals that hold shows what that does.""",
        """The spread between leaves is small beside the learned noise, which is the same for all
        inputs: the standard deviation hardly tells strange inputs.""",
    ),
    failures=("Nothing else was tried within this budget.",),
)
