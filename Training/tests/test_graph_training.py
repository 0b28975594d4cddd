# SPDX-License-Identifier: Apache-2.0
"""Training and finishing of graphs."""

import pytest
import torch
from graphs import METHODS, finished, plain, randomize, recurrent, segmentation

from baynn_training import Budget, Classification, Graph, Regression, fold, predict, train
from baynn_training.graph_parity import random_inputs
from baynn_training.image_writer import encode_image
from baynn_training.losses import complexity

BUDGET = Budget(epochs=4, batch=20, checkpoint_epochs=2)
LABELS = ["0", "1", "2", "3"]


class Cut(Exception):
    pass


def problem():
    """Which quarter is brightest: u8 [count, 7, 9, 2], and labels."""
    graph = plain("none", "batch")
    x = random_inputs(graph, 100).byte()
    return x, x[:, 0, :4, 0].float().mean(1).gt(7.5).long() + 2 * (x[:, 1, 1, 1] > 7).long()


@pytest.mark.parametrize(("method", "norm"), METHODS)
def test_an_interrupted_training_gives_the_same_image(method, norm, tmp_path):
    x, y = problem()
    left = [99]

    class Interruption:
        def __call__(self, x, generator):
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            return x

        def __repr__(self):
            return "interruption"

    def image(checkpoint=None):
        graph = train(lambda: plain(method, norm), x, y, 0, BUDGET, Interruption(), checkpoint)
        return encode_image(fold(graph), LABELS)

    whole = image()
    left[0] = 3
    with pytest.raises(Cut):
        image(tmp_path / "0.pt")
    left[0] = 99
    assert image(tmp_path / "0.pt") == whole
    assert left[0] == 97


@pytest.mark.parametrize(("method", "norm"), METHODS)
def test_a_simple_task_is_learned(method, norm):
    """Which side of a picture is brighter."""
    generator = torch.Generator().manual_seed(0)
    y = torch.randint(0, 2, (600,), generator=generator)
    x = torch.randint(0, 6, (600, 6, 6, 1), generator=generator)
    x[y == 0, :, :3] += 6
    x[y == 1, :, 3:] += 6

    def make():
        graph = Graph((6, 6, 1), 15, signed_input=True)
        z = graph.block(graph.input, 16, norm=norm, method=method, stride=2)
        graph.classify(graph.block(z, 16, kernel=None, norm=norm, method=method), 2)
        return graph

    graph = train(make, x[:500], y[:500], 0, Budget(epochs=8, batch=50))
    generator = torch.Generator().manual_seed(1)
    p = predict(graph, x[500:], generator=generator).probabilities
    assert (p.argmax(1) == y[500:]).float().mean() > 0.9


def test_regression_learns_values_and_noise():
    x = torch.randint(0, 256, (600, 1, 12, 2), generator=torch.Generator().manual_seed(0))
    last = x[:, 0, -1].float() / 128 - 1
    noise = 0.1 * torch.randn(600, 2, generator=torch.Generator().manual_seed(1))
    y = torch.stack([350 + 20 * last[:, 0], -3 + last[:, 1] / 2], 1) + noise
    budget = Budget(epochs=30, batch=50)
    graph = train(lambda: recurrent(8, False, "scale"), x, y, 0, budget, loss=Regression())
    ours = predict(graph, x)
    relative = (ours.means - y) / y.std(0)
    assert relative.square().mean() < 0.3
    inside = ((ours.means - y).abs() < ours.deviations).float().mean()
    assert 0.5 < inside < 0.9


def test_ignored_positions_do_not_count():
    graph = segmentation()
    x, y = random_inputs(graph, 4), torch.randint(0, 2, (4, 8, 8))
    logits = graph(x, graph.draw_deterministic(4)).detach()
    y[:, 4:] = 255
    loss = Classification()(graph, logits, y)
    expected = torch.nn.functional.cross_entropy(logits[:, :4].flatten(0, 2), y[:, :4].flatten())
    assert torch.allclose(loss, expected)
    weighted = Classification(class_weights=(1.0, 3.0))(graph, logits, y)
    assert not torch.allclose(loss, weighted)


def test_the_loss_of_values_is_a_gaussian_likelihood():
    graph = recurrent(1, False, "none")
    values, y = torch.tensor([[351.0, -3.0]]), torch.tensor([[350.0, -2.0]])
    density = torch.distributions.Normal(values, graph.noise).log_prob(y)
    # In units of the spread, and without the constant.
    constant = 0.5 * torch.tensor(2 * torch.pi).log()
    expected = -(density + constant + graph.spread.log()).mean()
    assert torch.allclose(Regression()(graph, values, y), expected)


def test_the_complexity_is_that_of_the_training_set():
    graph = randomize(plain("subset", "batch"))
    assert torch.allclose(complexity(graph, 100) * 100, graph.kl())
    assert graph.kl() > 0
    scales = plain("scale", "batch")
    pull = sum(1e-3 * (1 - scales.layers[k].scale.mean()) ** 2 for k in (0, 1, 3))
    assert torch.allclose(complexity(scales, 100), pull)


def test_statistics_are_those_of_training_data_under_decisions():
    graph = Graph((3, 3, 1), 7)
    graph.block(graph.input, 5, method="scale", probability=0.4)
    graph.classify(1, 2)
    x = random_inputs(randomize(graph), 2000)
    z = graph.layers[0].sums(graph.planes(x), None)
    scale = graph.layers[0].scale.detach()[:, None, None]
    both = torch.cat([(z * scale).repeat(3, 1, 1, 1), z.repeat(2, 1, 1, 1)])
    from baynn_training import finish

    norm = finish(graph, x, torch.Generator().manual_seed(0)).layers[0].norm
    assert torch.allclose(norm.mean[0].float(), both.mean((0, 2, 3)), rtol=0.03, atol=0.05)
    assert torch.allclose(norm.var[0].float(), both.var((0, 2, 3)), rtol=0.05)


def test_each_weight_copy_has_its_own_statistics():
    graph = finished(plain("spinbayes", "batch"), count=400)
    layer = graph.layers[0]
    assert layer.norm.mean.shape == (4, 6) and layer.thresholds.shape == (4, 6)
    x = graph.planes(random_inputs(graph, 400))
    for copy in range(4):
        z = layer.sums(x, torch.full((400,), copy))
        mean = layer.norm.mean[copy].float()
        assert torch.allclose(mean, z.mean((0, 2, 3)), atol=0.2 * z.std())


def test_a_graph_is_finished_once():
    graph = finished(plain("none", "batch"))
    with pytest.raises(ValueError, match="finished already"):
        finished(graph)
    with pytest.raises(ValueError, match="no head"):
        finished(Graph((3, 3, 1)))
