"""Images that are changed by a classifier's gradient: Volpi et al.'s ascent in pixels, and one signed step on latents."""

import numpy as np
import torch
import torch.nn.functional as F

from fixture import Draw, Fixture
from models import resnet18
from resnetFixtures import randomize
from vqvaeFixtures import SIZES, build_vqvae

PUBLISHED_BATCH = 32


def make_augmentation_fixture():
    classifier = resnet18(1, 3, 4)
    randomize(classifier, "resnet18")
    decoder, _ = build_vqvae()
    draw = Draw("augmentation")
    images = draw.uniform(0.0, 1.0, 3, 1, 28, 28)
    labels = torch.tensor([0, 2, 1])
    latents = draw.normal(3, SIZES["latent_channels"], 7, 7)
    masks = draw.dropout_mask(5, classifier.fc.in_features)
    deviation = draw.uniform(0.5, 2.0, SIZES["latent_channels"])
    pixel = {"steps": 4, "learningRate": 8.0, "gamma": 0.5}
    fgsm_step = 0.3

    fixture = Fixture(
        "augmentation",
        {
            "about": "Classifier weights of resnet18.safetensors, decoder weights of vqvae.safetensors, in evaluation "
            "mode; images in [0, 1]. adversarial: after gradient ascent on CE - gamma MSE of pooled features, the sum "
            "over images divided by 32, clipped to [0, 1] after each step. fgsm: latents + step * deviation * sign of "
            "the gradient of -log of the mean probability of the label over the masks.",
            "pixel": pixel,
            "fgsmStep": fgsm_step,
            "numMcSamples": len(masks),
        },
    )
    for name, tensor in {"images": images, "latents": latents, "masks": masks, "deviation": deviation}.items():
        fixture.add(name, tensor, np.float32)
    fixture.add("labels", labels)

    for precision in (torch.float64, torch.float32):
        prefix = str(precision).removeprefix("torch.")
        classifier, decoder = classifier.to(precision).eval(), decoder.to(precision).eval()
        fixture.add(
            f"{prefix}/adversarial", pixel_adversarial(classifier, images.to(precision), labels, **snake_case(pixel))
        )
        latent = latents.to(precision).clone().requires_grad_()
        features = classifier.features((decoder.decode(latent).clamp(0, 1) - 0.5) / 0.5)
        logits = classifier.fc(features * masks.to(precision)[:, None])
        mean_probability = torch.softmax(logits, 2).mean(0).gather(1, labels[:, None])
        (-torch.log(mean_probability)).sum().backward()
        step = fgsm_step * deviation.to(precision)[None, :, None, None]
        fixture.add(f"{prefix}/fgsm", latent.detach() + step * latent.grad.sign())
        fixture.add(f"{prefix}/fgsmGradient", latent.grad)
    return fixture


def pixel_adversarial(classifier, images, labels, steps, learning_rate, gamma):
    start = classifier.features((images - 0.5) / 0.5).detach()
    adversarial = images.clone()
    for _ in range(steps):
        adversarial = adversarial.detach().requires_grad_()
        features = classifier.features((adversarial - 0.5) / 0.5)
        loss = F.cross_entropy(classifier.fc(features), labels, reduction="sum")
        distance = F.mse_loss(features, start, reduction="none").mean(1).sum()
        ((loss - gamma * distance) / PUBLISHED_BATCH).backward()
        adversarial = (adversarial + learning_rate * adversarial.grad).clamp(0, 1)
    return adversarial


def snake_case(settings):
    return {"learning_rate" if key == "learningRate" else key: value for key, value in settings.items()}
