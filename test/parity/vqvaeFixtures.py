"""A narrow VQ-VAE: its training pass and two codebook updates; and latent steps through decoder and ResNet-18."""

import numpy as np
import torch
from torch import nn

from fixture import Draw, Fixture
from models import VqVae, flatten_positions, resnet18
from resnetFixtures import assign, count_parameters, gradients_of, randomize, state_of
from uncertainty import mutual_information, score

SIZES = {"channels": 1, "hidden": 8, "residual_hidden": 4, "latent_channels": 4, "num_codes": 16}
VARIANCE = 0.0625


def build_vqvae():
    """Weights exact in float32; every code is near one encoder output, so that none is dead after the first update.

    Dead codes all become the zero vector, and which of several equal codes is nearest is not defined.
    """
    model = VqVae(**SIZES).to(torch.float64)
    draw = Draw("vqvae")
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            weight = module.weight
            transposed = isinstance(module, nn.ConvTranspose2d)
            # Each output of a 4x4 transposed convolution of stride 2 sees a quarter of the kernel.
            fan_in = weight[:, 0].numel() / 4 if transposed else weight[0].numel()
            assign(weight, draw.normal(*weight.shape, deviation=np.sqrt(2 / fan_in)))
            assign(module.bias, draw.normal(*module.bias.shape, deviation=0.1))
    images = draw.uniform(0.0, 1.0, 3, SIZES["channels"], 28, 28)
    with torch.no_grad():
        latents = flatten_positions(model.encoder(images - 0.5))
    codes = farthest_points(latents, SIZES["num_codes"])
    assign(model.quantizer.codebook, codes + 0.02 * draw.normal(*codes.shape))
    return model.float(), images


def farthest_points(points, count):
    """`count` rows of `points`, each the farthest from those chosen before it."""
    chosen = [0]
    distances = ((points - points[0]) ** 2).sum(1)
    while len(chosen) < count:
        chosen.append(int(distances.argmax()))
        distances = torch.minimum(distances, ((points - points[chosen[-1]]) ** 2).sum(1))
    return points[chosen]


def check_margin(model, latents):
    """Raises ValueError where two codes are so nearly as close that float32 could pick the other one."""
    nearest = model.quantizer.distances(latents).topk(2, largest=False).values
    margin = (nearest[:, 1] - nearest[:, 0]).min().item()
    if margin < 1e-4:
        raise ValueError(f"vqvae fixture: two codes are equally near up to {margin:.1e}; change the draw")


def make_vqvae_fixture():
    start, images = build_vqvae()
    fixture = Fixture(
        "vqvae",
        {
            "sizes": {
                "channels": SIZES["channels"],
                "hidden": SIZES["hidden"],
                "residualHidden": SIZES["residual_hidden"],
                "latentChannels": SIZES["latent_channels"],
                "numCodes": SIZES["num_codes"],
            },
            "variance": VARIANCE,
            "commitmentCost": 0.25,
            "decay": 0.99,
            "eps": 1e-5,
            "loss": "mse(reconstruction, images) / variance + commitmentCost * mse(latents, stopGradient(quantized))",
            "about": "update1 and update2: the quantizer after one and two training passes on the same images with "
            "the same weights, started from zero sums and counter 0. clusterSize and codeSum are the hidden "
            "values of the averages, before the division by 1 - decay^counter. codes2 are those of the second pass.",
            "parameterNames": [key for key, _ in start.named_parameters()],
            "fullSizeParameterCounts": {
                "encoder": count_parameters(VqVae(3).encoder),
                "decoder": count_parameters(VqVae(3).decoder),
            },
        },
    )
    fixture.add_all("weights", state_of(start), np.float32)
    fixture.add("images", images, np.float32)

    for precision in (torch.float64, torch.float32):
        prefix = str(precision).removeprefix("torch.")
        model = VqVae(**SIZES).to(precision)
        model.load_state_dict(start.state_dict())
        result = model(images.to(precision), VARIANCE)
        result["loss"].backward()
        fixture.add_all(prefix, result)
        fixture.add_all(f"{prefix}/gradients", gradients_of(model))
        for update in (1, 2):
            again = model(images.to(precision), VARIANCE)
            check_margin(model, again["latents"])
            model.quantizer.update(again["latents"].detach(), again["codes"])
            fixture.add_all(f"{prefix}/update{update}", model.quantizer.state_dict())
        fixture.add(f"{prefix}/codes2", again["codes"])
    return fixture


def make_latent_step_fixture():
    """Adam steps on a continuous latent that raise the mutual information of the image decoded from it.

    The classifier sees (decode(latent) - 0.5) / 0.5, without clipping, in evaluation mode, through S dropout masks
    on the pooled feature that all images share.
    """
    num_masks, steps, learning_rate = 5, 3, 0.01
    decoder, _ = build_vqvae()
    classifier = resnet18(1, 3, 4)
    randomize(classifier, "resnet18")
    draw = Draw("latentStep")
    latents = draw.normal(3, SIZES["latent_channels"], 7, 7)
    masks = draw.dropout_mask(num_masks, classifier.fc.in_features)

    fixture = Fixture(
        "latentStep",
        {
            "about": "Decoder weights of vqvae.safetensors, classifier weights of resnet18.safetensors in evaluation "
            "mode. objective: mutual information [N] (nats) of the S masks at each iterate, the start included. "
            "gradient: of the sum of the objective by the starting latents. The optimizer minimises minus the sum.",
            "classifierInput": "(decode(latents) - 0.5) / 0.5, not clipped",
            "numMcSamples": num_masks,
            "learningRate": learning_rate,
            "steps": steps,
        },
    )
    fixture.add("latents", latents, np.float32)
    fixture.add("masks", masks, np.float32)

    for precision in (torch.float64, torch.float32):
        prefix = str(precision).removeprefix("torch.")
        decoder, classifier = decoder.to(precision).eval(), classifier.to(precision).eval()
        latent = latents.to(precision).clone().requires_grad_()
        optimizer = torch.optim.Adam([latent], lr=learning_rate)
        objectives = []
        for step in range(steps + 1):
            images = decoder.decode(latent)
            features = classifier.features((images - 0.5) / 0.5)
            logits = classifier.fc(features * masks.to(precision)[:, None])
            objective = score(mutual_information, logits, "softmax")
            objectives.append(objective)
            if step == 0:
                fixture.add(f"{prefix}/images", images)
                fixture.add(f"{prefix}/logits", logits)
            if step < steps:
                optimizer.zero_grad()
                (-objective.sum()).backward()
                if step == 0:
                    fixture.add(f"{prefix}/gradient", -latent.grad)
                optimizer.step()
        fixture.add(f"{prefix}/objective", torch.stack(objectives))
        fixture.add(f"{prefix}/finalLatents", latent)
    return fixture
