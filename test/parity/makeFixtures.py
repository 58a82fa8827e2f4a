"""Writes the PyTorch fixtures into test/fixtures: /usr/bin/python3 test/parity/makeFixtures.py. See README.md."""

from pathlib import Path

import torch

from attackFixtures import make_attack_fixture
from augmentationFixtures import make_augmentation_fixture
from networkFixtures import make_network_fixture
from opFixtures import make_op_fixture
from pretrainedFixtures import PretrainedFixture
from qualityFixtures import make_quality_fixture
from relevanceFixtures import make_relevance_fixture
from resnetFixtures import make_optimizer_fixture, make_resnet_fixtures
from saliencyFixtures import make_saliency_fixture
from scheduleFixtures import make_schedule_fixture
from uncertaintyFixtures import make_uncertainty_fixture
from vqvaeFixtures import make_latent_step_fixture, make_vqvae_fixture

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"


def main():
    # One thread and deterministic algorithms: the same files, byte for byte, on every run on one machine.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    FOLDER.mkdir(exist_ok=True)
    for fixture in [
        make_op_fixture(),
        *make_resnet_fixtures(),
        make_network_fixture(),
        PretrainedFixture(),
        make_optimizer_fixture(),
        make_schedule_fixture(),
        make_vqvae_fixture(),
        make_latent_step_fixture(),
        make_augmentation_fixture(),
        make_uncertainty_fixture(),
        make_saliency_fixture(),
        make_relevance_fixture(),
        make_quality_fixture(),
        make_attack_fixture(),
    ]:
        print(f"{fixture.name}: {fixture.write(FOLDER)} bytes")


if __name__ == "__main__":
    main()
