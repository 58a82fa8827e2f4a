"""The same work as our programs, in PyTorch on the CPU: what bench/main.ts compares with.

    python3 bench/peer.py --threads 2 --repeats 10               one JSON object with a row for each program
    python3 bench/peer.py --threads 2 --only trainingStep        one program
    python3 bench/peer.py --threads 2 --memory trainingStep      peak memory of a process that runs only this one
    python3 bench/peer.py --threads 2 --serve                    one execution on request, to take turns with ours

--serve first writes {"torch", "threads", "blas"}; then every line `run NAME` on stdin is answered by one line
{"name", "ms"} or {"error"}; the first execution of a program follows an untimed warm-up. `quit` or the end of stdin
ends it.

Debian's torch multiplies matrices, and convolves transposed, with whatever libblas.so.3 is. With the reference BLAS
that Debian installs by default autoencoderStep takes seven times as long as with OpenBLAS, which makes no fair peer:
install libopenblas0-openmp. `blas` in the output says which one was used.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "test" / "parity"))

from models import VqVae, resnet18  # noqa: E402
from saliency import explain_logits, maps_of, project  # noqa: E402
from uncertainty import mutual_information, score  # noqa: E402

BATCH_SIZE = 64
IMAGE_SIZE = 28
CHANNELS = 1
NUM_CLASSES = 2
NUM_MC_SAMPLES = 20
WARM_UPS = 3


def training_step():
    """Forward, backward and Adam of ResNet-18 with dropout 0.5 on the pooled feature."""
    model = resnet18(CHANNELS, NUM_CLASSES).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = torch.randn(BATCH_SIZE, CHANNELS, IMAGE_SIZE, IMAGE_SIZE)
    labels = torch.randint(NUM_CLASSES, (BATCH_SIZE,))

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model.fc(F.dropout(model.features(images), 0.5)), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def latent_step():
    """Gradient of the summed mutual information by the latents, through decoder and classifier, and Adam on them."""
    autoencoder = VqVae(CHANNELS).eval().requires_grad_(False)
    classifier = resnet18(CHANNELS, NUM_CLASSES).eval().requires_grad_(False)
    latents = torch.randn(BATCH_SIZE, 64, IMAGE_SIZE // 4, IMAGE_SIZE // 4, requires_grad=True)
    masks = 2.0 * torch.randint(2, (NUM_MC_SAMPLES, 1, classifier.fc.in_features))
    optimizer = torch.optim.Adam([latents], lr=0.01)

    def step():
        optimizer.zero_grad()
        features = classifier.features((autoencoder.decode(latents) - 0.5) / 0.5)
        objective = score(mutual_information, classifier.fc(features * masks), "softmax").sum()
        (-objective).backward()
        optimizer.step()
        return objective.item()

    return step


def autoencoder_step():
    """Forward, backward and Adam of the VQ-VAE, and the update of its codebook."""
    model = VqVae(CHANNELS).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    images = torch.rand(BATCH_SIZE, CHANNELS, IMAGE_SIZE, IMAGE_SIZE)
    variance = images.var().item()

    def step():
        optimizer.zero_grad()
        result = model(images, variance)
        result["loss"].backward()
        optimizer.step()
        model.quantizer.update(result["latents"].detach(), result["codes"])
        return result["loss"].item()

    return step


def predict():
    """Logits of ResNet-18 in evaluation mode."""
    model = resnet18(CHANNELS, NUM_CLASSES).eval()
    images = torch.randn(BATCH_SIZE, CHANNELS, IMAGE_SIZE, IMAGE_SIZE)

    @torch.inference_mode()
    def step():
        return model(images)

    return step


def eigen_grad_cam(layer):
    """EigenGradCAM maps of a batch as pytorch-grad-cam makes them: hooks, the gradient of the summed logits of the predicted
    classes by everything that requires one, and for each image a full singular value decomposition in numpy.
    """
    model = resnet18(CHANNELS, NUM_CLASSES).eval()
    images = torch.rand(BATCH_SIZE, CHANNELS, IMAGE_SIZE, IMAGE_SIZE)
    predicted = torch.full((BATCH_SIZE,), -1)

    def step():
        activations, gradients, _ = explain_logits(model, getattr(model, layer), images, predicted)
        return maps_of(project("eigengradcam", activations, gradients), IMAGE_SIZE)

    return step


PROGRAMS = {
    "trainingStep": training_step,
    "latentStep": latent_step,
    "autoencoderStep": autoencoder_step,
    "predict": predict,
    "eigenGradCamLayer4": lambda: eigen_grad_cam("layer4"),
    "eigenGradCamLayer3": lambda: eigen_grad_cam("layer3"),
}


def prepare(name):
    """The program, warmed up."""
    torch.manual_seed(0)
    step = PROGRAMS[name]()
    for _ in range(WARM_UPS):
        step()
    return step


def elapsed_ms(step):
    start = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - start)


def about():
    return {"torch": torch.__version__, "threads": torch.get_num_threads(), "blas": blas_name()}


def blas_name():
    """`mkl`, `openblas`, `reference`, or None where it cannot be told."""
    if "BLAS_INFO=mkl" in torch.__config__.show():
        return "mkl"
    try:
        libraries = Path("/proc/self/maps").read_text(encoding="utf-8")
    except OSError:
        return None
    if "openblas" in libraries:
        return "openblas"
    return "reference" if "libblas" in libraries else None


def measure(name, repeats):
    step = prepare(name)
    runs_ms = [elapsed_ms(step) for _ in range(repeats)]
    return {"name": name, "ms": statistics.median(runs_ms), "runsMs": runs_ms}


def memory_mb(field):
    """A field of /proc/self/status in MiB, e.g. VmHWM, the highest resident size so far; None outside Linux."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))


def measure_memory(name, repeats):
    """`baselineMemoryMb` is what Python and torch take before the program is built; it is part of the peak."""
    baseline = memory_mb("VmRSS")
    step = prepare(name)
    for _ in range(repeats):
        step()
    return {**about(), "name": name, "baselineMemoryMb": baseline, "peakMemoryMb": memory_mb("VmHWM")}


def serve():
    programs = {}
    answer(about())
    for line in sys.stdin:
        command = line.split()
        if command == ["quit"]:
            return
        if len(command) != 2 or command[0] != "run" or command[1] not in PROGRAMS:
            answer({"error": f"expected `quit` or `run` with one of {', '.join(PROGRAMS)}, found: {line.strip()}"})
            continue
        name = command[1]
        if name not in programs:
            programs[name] = prepare(name)
        answer({"name": name, "ms": elapsed_ms(programs[name])})


def answer(value):
    print(json.dumps(value), flush=True)


def parse_options():
    parser = argparse.ArgumentParser(description="Times the PyTorch peers of our programs.")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--only", choices=PROGRAMS, help="measure one program")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--memory", choices=PROGRAMS, help="peak memory of one program instead of its time")
    mode.add_argument("--serve", action="store_true", help="answer `run NAME` lines on stdin")
    return parser.parse_args()


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    if options.serve:
        serve()
    elif options.memory:
        answer(measure_memory(options.memory, options.repeats))
    else:
        names = [options.only] if options.only else list(PROGRAMS)
        answer({**about(), "rows": [measure(name, options.repeats) for name in names]})


if __name__ == "__main__":
    main()
