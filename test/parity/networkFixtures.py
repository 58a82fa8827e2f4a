"""DenseNet-121, DeiT, the stems for large images, and heads with hidden layers; float64."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from deit import Deit
from densenet import DenseNet121
from fixture import Draw, Fixture, digest
from models import resnet18
from resnetFixtures import assign, count_parameters, gradients_of, randomize, running_statistics, state_of

NUM_CLASSES = 3
NUM_IMAGES = 3
SMALL, LARGE = 28, 112


def deit(heads, distilled=False):
    return lambda channels, classes, width=64, large=False: Deit(
        channels,
        classes,
        width,
        heads=heads,
        distilled=distilled,
        patch=16 if large else 4,
        image_size=LARGE if large else SMALL,
    )


BUILDERS = {
    "resnet18": resnet18,
    "densenet121": DenseNet121,
    "deit-tiny": deit(3),
    "deit-small-distilled": deit(6, distilled=True),
}

# The widths leave small tensors: a stem of 4 channels, tokens of 12 features.
NETWORKS = {
    "densenet121": {
        "width": 4,
        "channels": 1,
        "sampled": [
            "features.conv0.weight",
            "features.norm0.bias",
            "features.denseblock1.denselayer1.norm1.weight",
            "features.denseblock2.denselayer12.conv1.weight",
            "features.transition2.norm.bias",
            "features.transition3.conv.weight",
            "features.denseblock4.denselayer16.conv2.weight",
            "features.norm5.weight",
            "classifier.weight",
        ],
    },
    "deit-tiny": {
        "width": 4,
        "channels": 1,
        "sampled": [
            "cls_token",
            "pos_embed",
            "patch_embed.proj.weight",
            "patch_embed.proj.bias",
            "blocks.0.attn.qkv.weight",
            "blocks.5.norm2.weight",
            "blocks.11.mlp.fc1.bias",
            "norm.weight",
            "head.weight",
        ],
    },
    "deit-small-distilled": {
        "width": 2,
        "channels": 3,
        "sampled": ["cls_token", "dist_token", "blocks.3.attn.proj.weight", "head.bias", "head_dist.weight"],
    },
}

# Of the weights of networks above, and of resnet18.safetensors, only the stem is another one.
LARGE_STEMS = {
    "resnet18": {"width": 4, "channels": 1, "stem": "conv1.weight"},
    "densenet121": {"width": 4, "channels": 1, "stem": "features.conv0.weight"},
    "deit-tiny": {"width": 4, "channels": 1, "stem": "patch_embed.proj.weight"},
}

HEADS = {"simple": [512], "complex": [512, 128, 32]}
HEAD_WIDTH, HEAD_FEATURES, HEAD_MASKS = 4, 24, 5


def build_network(name, large=False):
    """A network with random weights that are exact in float32."""
    sizes = (NETWORKS if name in NETWORKS else LARGE_STEMS)[name]
    network = BUILDERS[name](sizes["channels"], NUM_CLASSES, sizes["width"], large=large)
    randomize(network, name)
    draw = Draw(f"{name}/tokens")
    for module in network.modules():
        if isinstance(module, nn.LayerNorm):
            assign(module.weight, draw.uniform(0.5, 1.2, *module.weight.shape))
            assign(module.bias, draw.normal(*module.bias.shape, deviation=0.2))
    for key, parameter in network.named_parameters():
        if key.endswith("_token") or key == "pos_embed":
            assign(parameter, draw.normal(*parameter.shape, deviation=0.5))
    return network


def make_network_fixture():
    fixture = Fixture(
        "networks",
        {
            "about": "images in [0, 1], which networks see as 2 x - 1. training: one pass in training mode under "
            "dropoutMask on the pooled features. large: the network with another stem, in evaluation mode, and the "
            "gradient of the loss by that stem in training mode. heads: gradients of sum(upstream * logits).",
            "numClasses": NUM_CLASSES,
            "digest": "norm = sqrt(sum x_i^2), cosDot = sum x_i cos(i), i the row-major index from 0",
            "networks": {},
            "large": {},
            "heads": {"width": HEAD_WIDTH, "kinds": list(HEADS)},
        },
    )
    for name, sizes in NETWORKS.items():
        add_network(fixture, name, **sizes)
    for name, sizes in LARGE_STEMS.items():
        add_large(fixture, name, **sizes)
    for kind, units in HEADS.items():
        add_head(fixture, kind, [unit * HEAD_WIDTH // 64 for unit in units])
    return fixture


def add_network(fixture, name, width, channels, sampled):
    network = build_network(name)
    draw = Draw(f"networks/{name}")
    images = draw.uniform(0.0, 1.0, NUM_IMAGES, channels, SMALL, SMALL)
    labels = torch.arange(NUM_IMAGES) % NUM_CLASSES
    fixture.add_all(f"{name}/weights", state_of(network), np.float32)
    fixture.add(f"{name}/images", images, np.float32)
    fixture.add(f"{name}/labels", labels)
    network = network.double()

    pooled = network.eval().pooled(2 * images - 1)
    fixture.add(f"{name}/evaluation/pooled", pooled)
    fixture.add(f"{name}/evaluation/logits", network.answer(pooled))

    mask = draw.dropout_mask(*pooled.shape)
    fixture.add(f"{name}/dropoutMask", mask, np.float32)
    logits = network.train().answer(network.pooled(2 * images - 1) * mask)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    gradients = gradients_of(network)
    fixture.add(f"{name}/training/logits", logits)
    fixture.add(f"{name}/training/loss", loss)
    fixture.add_all(f"{name}/training/gradients", {key: gradients[key] for key in sampled})
    fixture.description["networks"][name] = {
        "width": width,
        "channels": channels,
        "imageSize": SMALL,
        "fullSizeParameterCount": count_parameters(BUILDERS[name](channels, NUM_CLASSES)),
        "gradients": digests_of({key: value for key, value in gradients.items() if value.dim() > 1}),
        "runningVariances": digests_of(
            {key: value for key, value in running_statistics(network).items() if key.endswith("running_var")}
        ),
    }


def add_large(fixture, name, width, channels, stem):
    network = build_network(name, large=True)
    small = build_network(name).state_dict()
    state = {key: value if key == stem else small[key] for key, value in network.state_dict().items()}
    network.load_state_dict(state)
    draw = Draw(f"networks/large/{name}")
    images = draw.uniform(0.0, 1.0, 2, channels, LARGE, LARGE)
    fixture.add(f"large/{name}/stem", network.state_dict()[stem], np.float32)
    fixture.add(f"large/{name}/images", images, np.float32)
    network = network.double()
    fixture.add(f"large/{name}/logits", network.eval()(2 * images - 1))
    loss = F.cross_entropy(network.train()(2 * images - 1), torch.arange(2))
    loss.backward()
    fixture.description["large"][name] = {
        "width": width,
        "channels": channels,
        "imageSize": LARGE,
        "stem": stem,
        "gradient": digest(gradients_of(network)[stem]),
    }


def add_head(fixture, kind, units):
    """A head as `fc` of a ResNet, under masks that all features share."""
    sizes = [HEAD_FEATURES, *units]
    layers = []
    for size, hidden in zip(sizes, units):
        layers += [nn.Linear(size, hidden), nn.ReLU(), nn.Dropout()]
    head = nn.Sequential(*layers, nn.Linear(sizes[-1], NUM_CLASSES))
    randomize(head, f"head/{kind}")
    fixture.add_all(f"heads/{kind}/weights", state_of(head), np.float32)
    head = head.double()
    draw = Draw(f"networks/head/{kind}")
    features = draw.normal(4, HEAD_FEATURES).requires_grad_()
    masks = draw.dropout_mask(HEAD_MASKS, sum(units))
    upstream = draw.normal(HEAD_MASKS, 4, NUM_CLASSES)
    fixture.add(f"heads/{kind}/features", features, np.float32)
    fixture.add(f"heads/{kind}/masks", masks, np.float32)
    fixture.add(f"heads/{kind}/upstream", upstream, np.float32)
    fixture.add(f"heads/{kind}/evaluation", head.eval()(features))

    parts = iter(masks.split(units, 1))
    x = features
    for layer in head:
        x = x * next(parts)[:, None] if isinstance(layer, nn.Dropout) else layer(x)
    (x * upstream).sum().backward()
    fixture.add(f"heads/{kind}/masked", x)
    fixture.add(f"heads/{kind}/gradients/features", features.grad)
    fixture.add_all(f"heads/{kind}/gradients", gradients_of(head))


def digests_of(tensors):
    return {key: digest(tensor) for key, tensor in tensors.items()}
