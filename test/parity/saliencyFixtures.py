"""Activations, gradients, projections and maps of networks, two layers of each, by three methods."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fixture import Draw, Fixture, exact_in_float32
from models import resnet18, resnet50
from networkFixtures import NETWORKS as NETWORKS_OF_FIXTURE
from networkFixtures import build_network
from resnetFixtures import NUM_CLASSES, WIDTH, randomize
from saliency import explain_logits, maps_of, project

METHODS = ["eigengradcam", "gradcam", "eigencam"]

# Two images a network: the predicted class of the first, and class 0 of the second.
TARGETS = torch.tensor([-1, 0])

NETWORKS = {
    # 20 pixels leave layers of 5 x 5 and 3 x 3, which no whole factor enlarges.
    "resnet18": {"channels": 1, "imageSize": 28, "layers": ["layer4", "layer3"]},
    "resnet50": {"channels": 3, "imageSize": 20, "layers": ["layer4", "layer3"]},
    "densenet121": {"channels": 1, "imageSize": 28, "layers": ["norm5", "denseblock3"]},
    "deit-tiny": {"channels": 1, "imageSize": 28, "layers": ["blocks.11.norm1", "blocks.8.norm1"]},
    "deit-small-distilled": {"channels": 3, "imageSize": 28, "layers": ["blocks.11.norm1", "blocks.8.norm1"]},
}


class Normalized(nn.Module):
    """A network that takes images in [0, 1] as MedMNIST's recipe does."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network((images - 0.5) / 0.5)


def build(name, channels):
    if name in NETWORKS_OF_FIXTURE:
        network = build_network(name)
    else:
        network = {"resnet18": resnet18, "resnet50": resnet50}[name](channels, NUM_CLASSES, WIDTH)
        randomize(network, name)
    return network.to(torch.float64).eval()


def module_of(network, layer):
    """DenseNet's explained layers are members of its `features`."""
    return network.get_submodule(layer if hasattr(network, layer.split(".")[0]) else f"features.{layer}")


def as_maps(network, values):
    """Tokens [N, T, D] of patches as [N, D, h, w]; maps as they are."""
    if values.ndim == 4:
        return values
    patches = values[:, network.num_prefix :]
    side = round(patches.shape[1] ** 0.5)
    return patches.transpose(0, 2, 1).reshape(len(values), -1, side, side)


def make_saliency_fixture():
    fixture = Fixture(
        "saliency",
        {
            "about": "Weights of resnet18.safetensors, resnet50.safetensors and networks.safetensors; evaluation mode; "
            "images in [0, 1]. gradients: of the summed logits of classes. projections: signed, before the ReLU; of "
            "Eigen-CAM and EigenGradCAM with the sign that LAPACK gave. maps: of the projections; turned: of minus the "
            "projections. evidence: whether the inner product of the projection with sum_c G_c A_c is at least 0.",
            "targets": TARGETS.tolist(),
            "methods": METHODS,
            "networks": NETWORKS,
            "numClasses": NUM_CLASSES,
        },
    )
    for name, sizes in NETWORKS.items():
        network = build(name, sizes["channels"])
        size = sizes["imageSize"]
        images = smooth_images(Draw(f"saliency/{name}"), sizes["channels"], size)
        fixture.add(f"{name}/images", images, np.float32)
        for layer in sizes["layers"]:
            add_layer(fixture, f"{name}/{layer}", network, module_of(network, layer), images)
    return fixture


def smooth_images(draw, channels, size):
    """Blobs: of mere noise an early layer has no axis that stands out."""
    coarse = draw.uniform(0.0, 1.0, len(TARGETS), channels, 5, 5)
    return exact_in_float32(F.interpolate(coarse, (size, size), mode="bilinear", align_corners=False).numpy())


def add_layer(fixture, prefix, network, module, images):
    activations, gradients, classes = explain_logits(Normalized(network), module, images, TARGETS)
    activations, gradients = as_maps(network, activations), as_maps(network, gradients)
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
