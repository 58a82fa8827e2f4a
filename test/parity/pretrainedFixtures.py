"""State dicts as people publish them, and what their networks answer; see src/jobs/pretrained."""

import numpy as np
import torch

from deit import Deit
from fixture import Draw, Fixture
from models import resnet18
from resnetFixtures import assign, randomize
from safetensorsFile import write_safetensors

NUM_CLASSES, SIZE, CHANNELS = 5, 28, 3
NUM_IMAGES = 4


class PretrainedFixture:
    """`pretrained.*`, and beside it one state dict a network."""

    name = "pretrained"

    def write(self, folder):
        networks = {"resnet18": published_resnet(), "deit-tiny": published_deit()}
        fixture = Fixture(
            self.name,
            {
                "about": "images in [0, 1], which networks see as 2 x - 1. logits of the networks whose state dicts are "
                "pretrained-<name>.safetensors, in evaluation mode; greyLogits: of grey images, repeated in all channels",
                "numClasses": NUM_CLASSES,
                "imageSize": SIZE,
                "networks": {"resnet18": {"width": 2}, "deit-tiny": {"width": 2}},
            },
        )
        draw = Draw("pretrained/images")
        images = fixture_images(fixture, "images", draw.uniform(0, 1, NUM_IMAGES, CHANNELS, SIZE, SIZE))
        grey = fixture_images(fixture, "grey", draw.uniform(0, 1, NUM_IMAGES, 1, SIZE, SIZE))
        size = 0
        for name, (network, state) in networks.items():
            network.double().eval()
            with torch.no_grad():
                fixture.add(f"{name}/logits", network(2 * images - 1))
                fixture.add(f"{name}/greyLogits", network(2 * grey.expand(-1, CHANNELS, -1, -1) - 1))
            path = folder / f"pretrained-{name}.safetensors"
            write_safetensors(path, state)
            size += path.stat().st_size
        return size + fixture.write(folder)


def fixture_images(fixture, name, images):
    fixture.add(name, images, np.float32)
    return images


def published_resnet():
    """In half precision, with the counters of batch norm, and under the names of DataParallel."""
    network = resnet18(CHANNELS, NUM_CLASSES, width=2)
    randomize(network, "pretrained/resnet18")
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().to(tensor.dtype))
    state = {f"module.{name}": array_of(tensor, np.float16) for name, tensor in network.state_dict().items()}
    return network, state


def published_deit():
    network = Deit(CHANNELS, NUM_CLASSES, width=2, heads=3, patch=4, image_size=SIZE)
    randomize(network, "pretrained/deit")
    draw = Draw("pretrained/deit/tokens")
    for key, parameter in network.named_parameters():
        if key.endswith("_token") or key == "pos_embed":
            assign(parameter, draw.normal(*parameter.shape, deviation=0.5))
    return network, {name: array_of(tensor, np.float32) for name, tensor in network.state_dict().items()}


def array_of(tensor, dtype):
    values = tensor.detach().numpy()
    return values.astype(dtype) if tensor.is_floating_point() else values
