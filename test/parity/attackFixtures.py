"""Gaussian noise, FGSM and PGD on a small network with classes and with labels, as torchattacks defines them."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fixture import Draw, Fixture

SIZE = 12
NUM_CLASSES = 3
SIGMA = 0.1
FGSM_EPS = [8 / 255, 0.3]
# torchattacks' defaults of PGD.
PGD = {"eps": 8 / 255, "stepSize": 2 / 255, "steps": 10}


class Network(nn.Module):
    """Images in [0, 1], normalised inside; one convolution, and a linear layer on the means of its ReLU."""

    def __init__(self):
        super().__init__()
        # A stride above the kernel's size leaves pixels without any gradient.
        self.conv = nn.Conv2d(1, 4, 2, 3)
        self.linear = nn.Linear(4, NUM_CLASSES)

    def forward(self, images):
        return self.linear(F.relu(self.conv((images - 0.5) / 0.5)).mean((2, 3)))


def gradient_of(network, loss, images, labels):
    images = images.clone().requires_grad_(True)
    return torch.autograd.grad(loss(network(images), labels), images)[0]


def gaussian_noise(images, draws):
    return torch.clamp(images + SIGMA * draws, 0, 1)


def fgsm(network, loss, images, labels, eps):
    return torch.clamp(images + eps * gradient_of(network, loss, images, labels).sign(), 0, 1)


def pgd(network, loss, images, labels, draws):
    """The last iterate; `draws` are uniform on [-1, 1] and make the random start."""
    eps = PGD["eps"]
    adversarial = torch.clamp(images + eps * draws, 0, 1)
    for _ in range(PGD["steps"]):
        moved = adversarial + PGD["stepSize"] * gradient_of(network, loss, adversarial, labels).sign()
        adversarial = torch.clamp(images + torch.clamp(moved - images, -eps, eps), 0, 1)
    return adversarial


def binary_loss(logits, targets):
    return F.binary_cross_entropy_with_logits(logits, targets.to(logits.dtype), reduction="sum")


def make_attack_fixture():
    network = Network()
    draw = Draw("attacks")
    for parameter in network.parameters():
        with torch.no_grad():
            parameter.copy_(draw.normal(*parameter.shape, deviation=0.5))
    # About a third of the pixels are black or white, so that clipping matters.
    images = draw.uniform(-0.2, 1.2, 4, 1, SIZE, SIZE).clamp(0, 1)
    normal = draw.normal(*images.shape)
    uniform = draw.uniform(-1.0, 1.0, *images.shape)
    tasks = {
        "softmax": (F.cross_entropy, torch.tensor([0, 2, 1, 1])),
        "sigmoid": (binary_loss, torch.tensor([[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 1]])),
    }
    fixture = Fixture(
        "attacks",
        {
            "about": "clamp(x + sigma n, 0, 1); clamp(x + eps sign(g), 0, 1); PGD from clamp(x + eps u, 0, 1). "
            "<precision>/<likelihood>/fgsm/<index of eps>.",
            "numClasses": NUM_CLASSES,
            "sigma": SIGMA,
            "fgsmEps": FGSM_EPS,
            "pgd": PGD,
        },
    )
    fixture.add_all("weights", network.state_dict(), np.float32)
    fixture.add("images", images, np.float32)
    fixture.add("normal", normal, np.float32)
    fixture.add("uniform", uniform, np.float32)
    for task, (_, labels) in tasks.items():
        fixture.add(f"{task}/labels", labels, np.int32 if task == "softmax" else np.float32)
    for precision in (torch.float64, torch.float32):
        prefix = str(precision).removeprefix("torch.")
        model = Network()
        model.load_state_dict(network.state_dict())
        model.to(precision).eval()
        x, n, u = images.to(precision), normal.to(precision), uniform.to(precision)
        fixture.add(f"{prefix}/noise", gaussian_noise(x, n))
        for task, (loss, labels) in tasks.items():
            fixture.add(f"{prefix}/{task}/gradient", gradient_of(model, loss, x, labels))
            for index, eps in enumerate(FGSM_EPS):
                fixture.add(f"{prefix}/{task}/fgsm/{index}", fgsm(model, loss, x, labels, eps))
            fixture.add(f"{prefix}/{task}/pgd", pgd(model, loss, x, labels, u))
    return fixture
