# SPDX-License-Identifier: Apache-2.0
"""The model card, written from results so that it cannot go stale."""

import textwrap
from collections.abc import Sequence

import torch

from . import tables
from .data import Digits
from .evaluation import FLAGGED_SHARE, Figures
from .recipe import Recipe

MEASURE = "entropy"
"""Of the published policy."""


def _wrapped(text: str) -> str:
    """Fills the paragraphs that formatting has made uneven; leaves all else alone."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        part
        if part[0] in "|#* !" and not part.startswith("**")
        else textwrap.fill(part, 92, break_on_hyphens=False)
        for part in paragraphs
    )


def _opening(recipe: Recipe, image: bytes, answers: int) -> str:
    sizes = "-".join(str(n) for n in (64, *recipe.hidden, 10))
    sites = len(recipe.hidden)
    # As stored: the CRC of a file that ends with its own CRC is the same for all files.
    crc = int.from_bytes(image[-4:], "little")
    return f"""# Model card: digits

`digits.baynn` reads handwritten digits of 8 x 8 pixels and says how sure it is. It is a
Bayesian binary network, {sizes}: every weight is one bit, and the scale of each of the
{sites} hidden layers is random (Scale Dropout, drop probability
{recipe.drop_probability}), so a prediction averages 2^{sites} = {1 << sites} networks.

| file | content |
|---|---|
| `digits.baynn` | the image: {len(image)} bytes, CRC-32 {crc:08x}, \
{answers} known answers |
| `digits-test.u8` | the held-out digits: 64 pixels (0 paper to 16 ink), then the label, a \
byte each |
| `digits.png` | reliability and entropies, below |
| `TUNING.md` | variants of the recipe, compared |

This card is written by the recipe; a change by hand would be lost:

    cd Training && python -m baynn_training.train_digits"""


def _data(digits: Digits) -> str:
    train, validation, test = len(digits.train), len(digits.validation), len(digits.test)
    return f"""## Data

`load_digits` of scikit-learn (BSD-3-Clause): {train + validation + test} digits by 13
writers, the test set of "Optical Recognition of Handwritten Digits" (E. Alpaydin and
C. Kaynak, UCI Machine Learning Repository, 1998, doi:10.24432/C50P49). Pixels count the ink
of 4 x 4 blocks, 0 to 16, and enter the network as they are.

The split is at random with equal shares of each class, and fixed: {train} digits to train,
{validation} to choose the abstain threshold and for nothing else, {test} held out."""


def _recipe(recipe: Recipe, seeds: Sequence[int]) -> str:
    budget, a = recipe.budget, recipe.augmentation
    return f"""## Recipe

{budget.epochs} epochs of Adam, batches of {budget.batch}, learning rate
{budget.learning_rate} with one cosine period, straight-through gradients, label smoothing
{budget.label_smoothing}. Each training digit is varied anew: rotation up to {a.rotation:.0f}
degrees, zoom {100 * a.zoom:.0f} %, shear {a.shear}, shift {a.shift} pixels, noise on inked
pixels of sd {a.noise}. At the end the statistics of the batch normalizations are estimated
again, on training data under random masks, in float64; then all thresholds are folded
exactly. The recipe proves that every hidden unit fires for the same integer sums in float64
PyTorch as in the image, and stops if one does not.

Hyperparameters were compared by cross-validation inside the training part (`TUNING.md`); the
held-out part took no part in any choice. The *deterministic twin* has the same layers, data,
augmentation and budget, but no Scale Dropout. Seeds: {", ".join(map(str, seeds))}. The
published model is that of seed {seeds[0]}, fixed beforehand, not the best one. Figures are exact
for torch {torch.__version__.split("+")[0]} on one kind of processor; another may round other
bits while training."""


def _results(results: tables.Results, seeds: Sequence[int]) -> str:
    accuracy = tables.change(results, lambda f: f.accuracy, 2, 100)
    nll = tables.change(results, lambda f: f.nll, 4, 1)
    return f"""## Figures on held-out digits

Mean ± standard deviation over {len(seeds)} seeds. All Bayesian figures are of the exact
posterior over all leaves, not of samples. ECE has 15 bins.

{tables.quality(results)}

Bayesian minus deterministic, seed by seed, in points: accuracy {accuracy}; in nats: NLL {nll}.

{tables.seeds(results, seeds)}

**Inputs that are no digits.** AUROC of the uncertainty, held-out digits against as many
inputs of each kind; 0.5 is chance. (The mutual information of one network is zero.)

{tables.separation(results)}

**Abstaining.** Share of inputs in % that the policy flags, at a threshold that each network
got from its validation digits; the first column is the price, in digits flagged although
they are digits.

{tables.detection(results)}

**The random scales do something.** The drop state changes
{tables.differing_bits(results)} of the outputs (held-out digits, layers before it kept)."""


def _published(figures: Figures, seed: int) -> str:
    policy = figures.policies[MEASURE]
    return f"""## The published model (seed {seed})

{tables.published(figures, MEASURE)}

**Abstain policy**: predictive entropy above {policy.threshold:.4f} nats. The threshold was
set to flag {100 * FLAGGED_SHARE:.0f} % of the validation digits: it flags
{100 * policy.rate:.1f} % of {policy.samples}.

![Reliability, and the entropy of digits and of other inputs](digits.png)"""


_LIMITS = """## Limits

* The split is random, so all 13 writers are in all parts: figures for a new writer will be
  lower. One error among the held-out digits is 0.22 points; differences between the two
  networks of a few tenths of a point are noise unless they hold over the seeds.
* Only for digits that were centred and scaled to 8 x 8 like these.
* The leaves share all weights and disagree little. Compare the rows of the two measures above
  before you rely on mutual information for finding strange inputs.
* A digit on its side has the strokes of digits, and some turn into one: a 0 stays a 0. Rotated
  digits are flagged far less often than noise. The policy is no detector of all strange
  inputs.
* Every share of flagged inputs comes with the false flags in the same table; the rate in the
  image was measured on 200 inputs, so it is known to about 1.5 points.

## What did not work

Tried once by cross-validation inside the training part, and not kept; no command here
reproduces these, so there are no numbers:

* Training every sample under all four leaves: the mean of their losses did no better than one
  random leaf, for more than twice the time.
* The likelihood of the mixture as the loss: leaves disagreed more, but each got worse, and so
  did their average.
* Scales that start at exactly 1: worse.

`TUNING.md` has, with numbers, other drop probabilities, less augmentation, shorter training, a
lower learning rate and label smoothing."""


def write_card(
    recipe: Recipe,
    digits: Digits,
    results: tables.Results,
    seeds: Sequence[int],
    image: bytes,
    answers: int,
) -> str:
    """Returns Markdown. The first of the seeds is the published one."""
    parts = [
        _opening(recipe, image, answers),
        _data(digits),
        _recipe(recipe, seeds),
        _results(results, seeds),
        _published(results["bayesian"][0], seeds[0]),
        _LIMITS,
    ]
    return _wrapped("\n\n".join(parts)) + "\n"
