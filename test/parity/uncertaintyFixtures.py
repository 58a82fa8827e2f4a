"""Uncertainty measures and their gradients by the logits, in float64 and nats."""

import torch
from torch.nn import functional as F

from fixture import Draw, Fixture
from uncertainty import expected_entropy, mutual_information, predictive_entropy, score

MEASURES = {
    "mutualInformation": mutual_information,
    "predictiveEntropy": predictive_entropy,
    "expectedEntropy": expected_entropy,
}


def make_uncertainty_fixture():
    fixture = Fixture(
        "uncertainty",
        {
            "about": "<case>/logits [S, N, K]; <case>/<measure> [N] in nats; <case>/<measure>Gradient is the "
            "derivative of the sum over N. softmax: classes on the last axis. sigmoid: every logit is a label of "
            "its own, and labels are summed. The case `head` has logits = (features * mask_s) weight^T + bias.",
            "measures": list(MEASURES),
            "cases": [],
        },
    )
    extreme = torch.tensor(
        [[[120.0, -120.0], [0.0, 120.0]], [[-120.0, 120.0], [0.0, 120.0]], [[120.0, 120.0], [-120.0, 0.5]]],
        dtype=torch.float64,
    )
    for name, task, logits in [
        ("softmax", "softmax", Draw("uncertainty/softmax").normal(5, 4, 3, deviation=1.5)),
        ("softmaxAgreeing", "softmax", Draw("uncertainty/agreeing").normal(1, 3, 4).expand(6, 3, 4)),
        ("softmaxExtreme", "softmax", extreme),
        ("sigmoid", "sigmoid", Draw("uncertainty/sigmoid").normal(6, 4, 1, deviation=2.0)),
        ("sigmoidExtreme", "sigmoid", extreme[:, :, :1]),
        ("multiLabel", "sigmoid", Draw("uncertainty/multiLabel").normal(5, 3, 4, deviation=1.5)),
        ("multiLabelExtreme", "sigmoid", extreme),
    ]:
        fixture.description["cases"].append({"name": name, "task": task})
        fixture.add(f"{name}/logits", logits)
        for measure, function in MEASURES.items():
            leaf = logits.clone().requires_grad_()
            value = score(function, leaf, task)
            value.sum().backward()
            if not (torch.isfinite(value).all() and torch.isfinite(leaf.grad).all()):
                raise ValueError(f"uncertainty fixture: {name}/{measure} is not finite")
            fixture.add(f"{name}/{measure}", value)
            fixture.add(f"{name}/{measure}Gradient", leaf.grad)

    add_head(fixture)
    return fixture


def add_head(fixture):
    draw = Draw("uncertainty/head")
    features, weight, bias = draw.normal(4, 10).abs(), draw.normal(3, 10, deviation=0.5), draw.normal(3)
    masks = draw.dropout_mask(6, 10)
    leaf = features.clone().requires_grad_()
    logits = F.linear(leaf * masks[:, None], weight, bias)
    value = score(mutual_information, logits, "softmax")
    value.sum().backward()
    fixture.add_all("head", {"features": features, "weight": weight, "bias": bias, "masks": masks})
    fixture.add_all("head", {"logits": logits, "mutualInformation": value, "mutualInformationGradient": leaf.grad})
