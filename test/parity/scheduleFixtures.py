"""Learning rates by epoch."""

import math

import torch

from fixture import Fixture

EPOCHS = 100


def make_schedule_fixture():
    multi_step = {"baseLearningRate": 1e-3, "epochs": EPOCHS, "milestones": [50, 75], "gamma": 0.1}
    cosine = {
        "baseLearningRate": 5e-4,
        "epochs": EPOCHS,
        "warmupEpochs": 5,
        "warmupLearningRate": 1e-6,
        "minLearningRate": 1e-5,
    }
    return Fixture(
        "schedules",
        {
            "about": "learningRates[e] is what the steps of epoch e (from 0) use.",
            "multiStep": {**multi_step, "learningRates": multi_step_rates(multi_step)},
            "cosineWithWarmup": {**cosine, "learningRates": [cosine_rate(cosine, e) for e in range(EPOCHS)]},
        },
    )


def multi_step_rates(settings):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=settings["baseLearningRate"])
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, settings["milestones"], settings["gamma"])
    rates = []
    for _ in range(settings["epochs"]):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def cosine_rate(settings, epoch):
    """timm's CosineLRScheduler for one cycle: a linear warm-up, then the cosine as if it had begun at epoch 0."""
    base, low, start = (settings[key] for key in ("baseLearningRate", "minLearningRate", "warmupLearningRate"))
    if epoch < settings["warmupEpochs"]:
        return start + epoch * (base - start) / settings["warmupEpochs"]
    return low + 0.5 * (base - low) * (1 + math.cos(math.pi * epoch / settings["epochs"]))
