"""Narrow ResNets: logits, loss, gradients and running statistics, and three steps of each optimiser."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fixture import Draw, Fixture, digest
from models import resnet18, resnet50

WIDTH = 4
IMAGE_SIZE = 28
NUM_CLASSES = 3

OPTIMIZERS = {
    "adam": (torch.optim.Adam, {"lr": 1e-3}),
    "adamw": (torch.optim.AdamW, {"lr": 1e-3, "weight_decay": 0.05}),
}

# Parameters whose values after three optimiser steps are stored in full; of the others there is the digest.
SAMPLED_PARAMETERS = [
    "conv1.weight",
    "bn1.weight",
    "layer1.0.conv1.weight",
    "layer2.0.downsample.0.weight",
    "layer4.1.bn2.bias",
    "fc.weight",
    "fc.bias",
]


def randomize(model, key):
    """He-normal weights, and batch norms whose scale, shift and running statistics are all far from the defaults."""
    draw = Draw(key)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            fan_in = module.weight[0].numel()
            assign(module.weight, draw.normal(*module.weight.shape, deviation=np.sqrt(2 / fan_in)))
            if module.bias is not None:
                assign(module.bias, draw.normal(*module.bias.shape, deviation=0.2))
        elif isinstance(module, nn.BatchNorm2d):
            channels = module.num_features
            assign(module.weight, draw.uniform(0.5, 1.2, channels))
            assign(module.bias, draw.normal(channels, deviation=0.2))
            assign(module.running_mean, draw.normal(channels, deviation=0.3))
            assign(module.running_var, draw.uniform(0.7, 2.0, channels))


def assign(target, values):
    with torch.no_grad():
        target.copy_(values)


def state_of(model):
    """Parameters and running statistics by their torch names."""
    return {name: value for name, value in model.state_dict().items() if "num_batches_tracked" not in name}


def running_statistics(model):
    return {name: value for name, value in state_of(model).items() if ".running_" in name}


def gradients_of(model):
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def make_resnet_fixture(name, build, channels):
    """Evaluation, one training pass, and one training pass with dropout, in float64 and in float32.

    Weights, images and masks are exact in float32, and stored as such.
    """
    model = build(channels, NUM_CLASSES, WIDTH)
    randomize(model, name)
    weights = {key: value.clone() for key, value in state_of(model).items()}
    draw = Draw(f"{name}/batch")
    images = draw.uniform(-1.0, 1.0, 2, channels, IMAGE_SIZE, IMAGE_SIZE)
    labels = torch.tensor([2, 0])
    mask = draw.dropout_mask(2, model.fc.in_features)

    fixture = Fixture(
        name,
        {
            "model": name,
            "width": WIDTH,
            "channels": channels,
            "numClasses": NUM_CLASSES,
            "imageSize": IMAGE_SIZE,
            "loss": "mean cross-entropy, nats",
            "batchNorm": {"eps": 1e-5, "momentum": 0.1, "runningVariance": "unbiased"},
            "parameterNames": [key for key, _ in model.named_parameters()],
            "fullSizeParameterCount": count_parameters(build(1, 2)),
            "digest": "norm = sqrt(sum x_i^2), cosDot = sum x_i cos(i), i the row-major index from 0",
            "dropoutGradients": {},
        },
    )
    fixture.add_all("weights", weights, np.float32)
    fixture.add("images", images, np.float32)
    fixture.add("labels", labels)
    fixture.add("dropoutMask", mask, np.float32)

    for precision in (torch.float64, torch.float32):
        prefix = str(precision).removeprefix("torch.")

        def run(training, dropout_mask=None):
            """A fresh copy of the model after one forward and backward pass; its logits and its loss."""
            copy = build(channels, NUM_CLASSES, WIDTH).to(precision).train(training)
            copy.load_state_dict(weights, strict=False)
            logits = copy(images.to(precision), dropout_mask)
            loss = F.cross_entropy(logits, labels)
            loss.backward()
            return copy, logits, loss

        _, logits, _ = run(training=False)
        fixture.add(f"{prefix}/evaluation/logits", logits)

        trained, logits, loss = run(training=True)
        fixture.add(f"{prefix}/training/logits", logits)
        fixture.add(f"{prefix}/training/loss", loss)
        fixture.add_all(f"{prefix}/training/gradients", gradients_of(trained))
        fixture.add_all(f"{prefix}/training/runningStatistics", running_statistics(trained))

        dropped, logits, loss = run(training=True, dropout_mask=mask.to(precision))
        fixture.add(f"{prefix}/dropout/logits", logits)
        fixture.add(f"{prefix}/dropout/loss", loss)
        fixture.description["dropoutGradients"][prefix] = {
            key: digest(gradient) for key, gradient in gradients_of(dropped).items()
        }
    return fixture


def count_parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


def make_resnet_fixtures():
    return [make_resnet_fixture("resnet18", resnet18, 1), make_resnet_fixture("resnet50", resnet50, 3)]


def make_optimizer_fixture():
    """Three training steps on the same batch, from the weights of the resnet18 fixture."""
    fixture = Fixture(
        "optimizers",
        {
            "about": "Three steps in training mode on images and labels, from resnet18.safetensors `weights/`. "
            "losses: before each step. <precision>/<optimizer>/<parameter> is the value after the third step.",
            "digest": "norm = sqrt(sum x_i^2), cosDot = sum x_i cos(i), i the row-major index from 0",
            "sampledParameters": SAMPLED_PARAMETERS,
            "optimizers": {},
        },
    )
    start = resnet18(1, NUM_CLASSES, WIDTH)
    randomize(start, "resnet18")
    draw = Draw("optimizers/batch")
    images = draw.uniform(-1.0, 1.0, 6, 1, IMAGE_SIZE, IMAGE_SIZE)
    labels = torch.tensor([0, 1, 2, 1, 0, 2])
    fixture.add("images", images, np.float32)
    fixture.add("labels", labels)

    for name, (optimizer_class, options) in OPTIMIZERS.items():
        results = {}
        for precision in (torch.float64, torch.float32):
            prefix = str(precision).removeprefix("torch.")
            model = resnet18(1, NUM_CLASSES, WIDTH).to(precision).train()
            model.load_state_dict(start.state_dict())
            optimizer = optimizer_class(model.parameters(), **options)
            losses = []
            for _ in range(3):
                loss = F.cross_entropy(model(images.to(precision)), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            final = dict(model.named_parameters())
            for key in SAMPLED_PARAMETERS:
                fixture.add(f"{prefix}/{name}/{key}", final[key])
            results[prefix] = {
                "losses": losses,
                "parameters": {key: digest(parameter) for key, parameter in final.items()},
            }
        fixture.description["optimizers"][name] = {"options": describe_options(options), **results}
    return fixture


def describe_options(options):
    names = {"lr": "learningRate", "weight_decay": "weightDecay"}
    return {names[key]: value for key, value in options.items()}
