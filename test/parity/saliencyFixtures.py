"""Activations, gradients, projections and maps of three networks, two layers of each, by three methods."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fixture import Draw, Fixture, exact_in_float32
from models import resnet18, resnet50
from resnetFixtures import NUM_CLASSES, WIDTH, randomize, state_of
from saliency import explain_logits, maps_of, project

METHODS = ["eigengradcam", "gradcam", "eigencam"]

# Two images a network: the predicted class of the first, and class 0 of the second.
TARGETS = torch.tensor([-1, 0])

NETWORKS = {
    # 20 pixels leave layers of 5 x 5 and 3 x 3, which no whole factor enlarges.
    "resnet18": {"channels": 1, "imageSize": 28, "layers": ["layer4", "layer3"]},
    "resnet50": {"channels": 3, "imageSize": 20, "layers": ["layer4", "layer3"]},
    "dense": {"channels": 1, "imageSize": 12, "layers": ["norm", "block1"]},
}


class DenseNet(nn.Module):
    """Two blocks of three densely connected layers; the last batch norm is followed by a ReLU outside of it.

    A layer is relu(bn(conv)) of all that came before it in its block, put behind that.
    """

    GROWTH = 4

    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.stem = conv_norm(in_channels, 8, 3)
        self.block1 = DenseBlock(8)
        self.transition = conv_norm(8 + 3 * self.GROWTH, 8, 1)
        self.block2 = DenseBlock(8)
        self.norm = conv_norm(8 + 3 * self.GROWTH, 16, 1)
        self.linear = nn.Linear(16, num_classes)

    def forward(self, images):
        x = self.block1(F.relu(self.stem(images)))
        x = F.avg_pool2d(F.relu(self.transition(x)), 4)
        return self.linear(F.relu(self.norm(self.block2(x))).mean((2, 3)))


class DenseBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        growth = DenseNet.GROWTH
        self.layers = nn.ModuleList(conv_norm(channels + index * growth, growth, 3) for index in range(3))

    def forward(self, x):
        for layer in self.layers:
            x = torch.cat([x, F.relu(layer(x))], 1)
        return x


def conv_norm(in_channels, channels, kernel_size):
    convolution = nn.Conv2d(in_channels, channels, kernel_size, 1, kernel_size // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels))


class Normalized(nn.Module):
    """A network that takes images in [0, 1] as MedMNIST's recipe does."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network((images - 0.5) / 0.5)


def build(name, channels):
    if name == "dense":
        network = DenseNet(channels, NUM_CLASSES)
    else:
        network = {"resnet18": resnet18, "resnet50": resnet50}[name](channels, NUM_CLASSES, WIDTH)
    randomize(network, name)
    return network.to(torch.float64).eval()


def make_saliency_fixture():
    fixture = Fixture(
        "saliency",
        {
            "about": "Weights of resnet18.safetensors and resnet50.safetensors, and dense/weights/; evaluation mode; "
            "images in [0, 1]. gradients: of the summed logits of classes. projections: signed, before the ReLU; of "
            "Eigen-CAM and EigenGradCAM with the sign that LAPACK gave. maps: of the projections; turned: of minus the "
            "projections. evidence: whether the inner product of the projection with sum_c G_c A_c is at least 0.",
            "targets": TARGETS.tolist(),
            "methods": METHODS,
            "networks": NETWORKS,
            "numClasses": NUM_CLASSES,
            "growth": DenseNet.GROWTH,
        },
    )
    for name, sizes in NETWORKS.items():
        network = build(name, sizes["channels"])
        if name == "dense":
            fixture.add_all("dense/weights", state_of(network), np.float32)
        size = sizes["imageSize"]
        images = smooth_images(Draw(f"saliency/{name}"), sizes["channels"], size)
        fixture.add(f"{name}/images", images, np.float32)
        for layer in sizes["layers"]:
            add_layer(fixture, f"{name}/{layer}", network, getattr(network, layer), images)
    return fixture


def smooth_images(draw, channels, size):
    """Blobs: of mere noise an early layer has no axis that stands out."""
    coarse = draw.uniform(0.0, 1.0, len(TARGETS), channels, 5, 5)
    return exact_in_float32(F.interpolate(coarse, (size, size), mode="bilinear", align_corners=False).numpy())


def add_layer(fixture, prefix, network, module, images):
    activations, gradients, classes = explain_logits(Normalized(network), module, images, TARGETS)
    add = lambda key, values: fixture.add(f"{prefix}/{key}", torch.from_numpy(values))
    add("activations", activations)
    add("gradients", gradients)
    add("classes", classes.to(torch.int32).numpy())
    for method in METHODS:
        if method != "gradcam":
            check_axes(prefix, activations if method == "eigencam" else activations * gradients)
        projections = project(method, activations, gradients)
        evidence = (projections * (activations * gradients).sum(1)).sum((1, 2))
        add(f"{method}/projections", projections)
        add(f"{method}/maps", maps_of(projections, images.shape[-1]))
        if method != "gradcam":
            add(f"{method}/turned", maps_of(-projections, images.shape[-1]))
            add(f"{method}/evidence", np.int32(evidence >= 0))


def check_axes(prefix, batch):
    """Raises ValueError where the first principal axis is not clearly longer than the second one."""
    for values in batch:
        rows = values.reshape(len(values), -1).T
        lengths = np.linalg.svd(rows - rows.mean(0), compute_uv=False)
        if lengths[1] > 0.95 * lengths[0]:
            raise ValueError(f"saliency fixture: the first two axes of {prefix} are nearly equal; change the draw")
