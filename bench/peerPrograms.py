"""The timed programs in PyTorch, doing the same work as bench/programs.ts under the same names.

Each takes the batch size and a torch device, and returns a function that runs once and waits for its result.
"""

import sys
from pathlib import Path

import torch
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "parity"))

from deit import Deit  # noqa: E402
from models import VqVae, resnet18  # noqa: E402
from saliency import explain_logits, maps_of, project  # noqa: E402
from uncertainty import mutual_information, score  # noqa: E402

IMAGE_SIZE = 28
CHANNELS = 1
NUM_CLASSES = 2
NUM_MC_SAMPLES = 20
LATENT_CHANNELS = 64
LATENT_STEPS = 5
LATENT_RATE = 0.01
NOISE = 0.1


def training_step(batch_size, device):
    """Forward, backward and Adam of ResNet-18 with dropout 0.5 on the pooled feature."""
    model = resnet18(CHANNELS, NUM_CLASSES).to(device).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = random_images(batch_size, device)
    labels = random_labels(batch_size, device)
    return lambda: train_on(model, optimizer, images, labels)


def train_on(model, optimizer, images, labels):
    optimizer.zero_grad()
    loss = F.cross_entropy(model.fc(F.dropout(model.features(images), 0.5)), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def deit_tiny_step(batch_size, device):
    """Forward, backward and AdamW of DeiT-tiny with patches of 4 pixels and dropout 0.5 on the class token."""
    model = Deit(CHANNELS, NUM_CLASSES, heads=3, patch=4, image_size=IMAGE_SIZE).to(device).train()
    named = [
        (parameter.ndim > 1 and not name.endswith((".bias", "cls_token", "pos_embed")), parameter)
        for name, parameter in model.named_parameters()
    ]
    groups = [
        {"params": [parameter for decays, parameter in named if decays], "weight_decay": 0.05},
        {"params": [parameter for decays, parameter in named if not decays], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3)
    images = random_images(batch_size, device)
    labels = random_labels(batch_size, device)

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model.answer(F.dropout(model.pooled(images), 0.5)), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def latent_step(batch_size, device):
    """Gradient of the summed mutual information by the latents, through decoder and classifier, and Adam on them."""
    autoencoder, classifier = fixed_models(device)
    side = IMAGE_SIZE // 4
    latents = torch.randn(batch_size, LATENT_CHANNELS, side, side, device=device, requires_grad=True)
    masks = dropout_masks(classifier, device)
    optimizer = torch.optim.Adam([latents], lr=LATENT_RATE)

    def step():
        optimizer.zero_grad()
        _, objective = visit(autoencoder, classifier, latents, masks)
        (-objective.sum()).backward()
        optimizer.step()
        return objective.sum().item()

    return step


def visit(autoencoder, classifier, latents, masks):
    """Decoded images in [0, 1] and the mutual information of each."""
    images = autoencoder.decode(latents).clamp(0, 1)
    features = classifier.features((images - 0.5) / 0.5)
    return images, score(mutual_information, classifier.fc(features * masks), "softmax")


def tsynd_iteration(batch_size, device):
    """Half of the batch is encoded, moved by T steps on the latents and decoded; then one step on both halves."""
    autoencoder, _ = fixed_models(device)
    classifier = resnet18(CHANNELS, NUM_CLASSES).to(device).train()
    optimizer = torch.optim.Adam(classifier.parameters(), lr=1e-3)
    synthetic = batch_size // 2
    real = random_images(batch_size - synthetic, device)
    parents = random_images(synthetic, device)
    labels = random_labels(batch_size, device)

    def step():
        with torch.no_grad():
            _, start = autoencoder.quantizer(autoencoder.encoder(parents - 0.5))
        classifier.eval().requires_grad_(False)
        images = most_uncertain(autoencoder, classifier, start + NOISE * (2 * torch.rand_like(start) - 1))
        classifier.train().requires_grad_(True)
        return train_on(classifier, optimizer, torch.cat([(real - 0.5) / 0.5, (images - 0.5) / 0.5]), labels)

    return step


def most_uncertain(autoencoder, classifier, start):
    """Each image's best iterate of T Adam steps on its latent, the last one included."""
    latents = start.clone().requires_grad_(True)
    masks = dropout_masks(classifier, start.device)
    optimizer = torch.optim.Adam([latents], lr=LATENT_RATE)
    best = torch.full((len(start),), -3.4e38, device=start.device)
    best_images = torch.zeros(len(start), CHANNELS, IMAGE_SIZE, IMAGE_SIZE, device=start.device)
    best_latents = start

    def keep_better(images, objective):
        nonlocal best, best_images, best_latents
        is_better = objective.detach() > best
        best = torch.where(is_better, objective.detach(), best)
        best_images = torch.where(is_better[:, None, None, None], images.detach(), best_images)
        best_latents = torch.where(is_better[:, None, None, None], latents.detach(), best_latents)

    for _ in range(LATENT_STEPS):
        optimizer.zero_grad()
        images, objective = visit(autoencoder, classifier, latents, masks)
        (-objective.sum()).backward()
        keep_better(images, objective)
        optimizer.step()
    with torch.no_grad():
        keep_better(*visit(autoencoder, classifier, latents, masks))
    return best_images


def autoencoder_step(batch_size, device):
    """Forward, backward and Adam of the VQ-VAE, and the update of its codebook."""
    model = VqVae(CHANNELS).to(device).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    images = random_images(batch_size, device)
    variance = images.var().item()

    def step():
        optimizer.zero_grad()
        result = model(images, variance)
        result["loss"].backward()
        optimizer.step()
        model.quantizer.update(result["latents"].detach(), result["codes"])
        return result["loss"].item()

    return step


def predict(batch_size, device):
    """Logits of ResNet-18 in evaluation mode."""
    model = resnet18(CHANNELS, NUM_CLASSES).to(device).eval()
    images = random_images(batch_size, device)

    @torch.inference_mode()
    def step():
        return model(images).sum().item()

    return step


def eigen_grad_cam(layer, batch_size, device):
    """EigenGradCAM maps of a batch as pytorch-grad-cam makes them: hooks, the gradient of the summed logits of the predicted
    classes by everything that requires one, and for each image a full singular value decomposition in numpy.
    """
    model = resnet18(CHANNELS, NUM_CLASSES).to(device).eval()
    images = random_images(batch_size, device)
    predicted = torch.full((batch_size,), -1, device=device)

    def step():
        activations, gradients, _ = explain_logits(model, getattr(model, layer), images, predicted)
        return maps_of(project("eigengradcam", activations, gradients), IMAGE_SIZE)

    return step


def fixed_models(device):
    return (
        VqVae(CHANNELS).to(device).eval().requires_grad_(False),
        resnet18(CHANNELS, NUM_CLASSES).to(device).eval().requires_grad_(False),
    )


def random_images(batch_size, device):
    return torch.rand(batch_size, CHANNELS, IMAGE_SIZE, IMAGE_SIZE, device=device)


def random_labels(batch_size, device):
    return torch.randint(NUM_CLASSES, (batch_size,), device=device)


def dropout_masks(classifier, device):
    """[S, 1, F] of 0 and 2, shared by all images and steps."""
    return 2.0 * torch.randint(2, (NUM_MC_SAMPLES, 1, classifier.fc.in_features), device=device)


PROGRAMS = {
    "trainingStep": training_step,
    "latentStep": latent_step,
    "autoencoderStep": autoencoder_step,
    "deitTinyStep": deit_tiny_step,
    "predict": predict,
    "tsyndIteration": tsynd_iteration,
    "eigenGradCamLayer4": lambda *size: eigen_grad_cam("layer4", *size),
    "eigenGradCamLayer3": lambda *size: eigen_grad_cam("layer3", *size),
}
