"""The same work as our programs, in PyTorch: what bench/main.ts and bench/gpu.ts compare with.

    python3 bench/peer.py --threads 2 --repeats 10               one JSON object with a row for each program
    python3 bench/peer.py --only trainingStep --batch 128        one program, with another batch
    python3 bench/peer.py --device cuda --tf32                   on the first NVIDIA GPU, products in TF32
    python3 bench/peer.py --threads 2 --memory trainingStep      peak memory of a process that runs only this one
    python3 bench/peer.py --threads 2 --serve                    one execution on request, to take turns with ours

--serve first writes what `about` returns; then every line `run NAME BATCH` on stdin is answered by one line
{"name", "ms"} or {"error"}; the first execution of a program follows an untimed warm-up. `quit` or the end of stdin
ends it.

Without --tf32 a GPU multiplies and convolves in float32, as our programs do; PyTorch's own default is TF32 for
convolutions alone. On a GPU cuDNN looks for its fastest kernels during the warm-up.

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

from peerPrograms import PROGRAMS

WARM_UPS = 3


def prepare(name, batch, device):
    """The program, warmed up."""
    torch.manual_seed(0)
    step = PROGRAMS[name](batch, device)
    for _ in range(WARM_UPS):
        step()
    return step


def elapsed_ms(step, device):
    """Every program ends by bringing a number to the host, but for a GPU's queue nothing is left to trust."""
    start = time.perf_counter()
    step()
    if device == "cuda":
        torch.cuda.synchronize()
    return 1000 * (time.perf_counter() - start)


def about(options):
    return {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "blas": blas_name(),
        "device": torch.cuda.get_device_name() if options.device == "cuda" else "cpu",
        "tf32": options.tf32,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version() if options.device == "cuda" else None,
    }


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


def measure(name, options):
    step = prepare(name, options.batch, options.device)
    runs_ms = [elapsed_ms(step, options.device) for _ in range(options.repeats)]
    return {"name": name, "ms": statistics.median(runs_ms), "runsMs": runs_ms}


def memory_mb(field):
    """A field of /proc/self/status in MiB, e.g. VmHWM, the highest resident size so far; None outside Linux."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))


def measure_memory(name, options):
    """`baselineMemoryMb` is what Python and torch take before the program is built; it is part of the peak."""
    baseline = memory_mb("VmRSS")
    step = prepare(name, options.batch, options.device)
    for _ in range(options.repeats):
        step()
    return {**about(options), "name": name, "baselineMemoryMb": baseline, "peakMemoryMb": memory_mb("VmHWM")}


def serve(options):
    prepared = {}
    answer(about(options))
    for line in sys.stdin:
        command = line.split()
        if command == ["quit"]:
            return
        if len(command) != 3 or command[0] != "run" or command[1] not in PROGRAMS or not command[2].isdigit():
            names = ", ".join(PROGRAMS)
            answer({"error": f"expected `quit` or `run NAME BATCH` with one of {names}, found: {line.strip()}"})
            continue
        key = (command[1], int(command[2]))
        try:
            if key not in prepared:
                # One at a time: two programs with big batches need not fit into a GPU's memory together.
                prepared.clear()
                prepared[key] = prepare(*key, options.device)
            answer({"name": key[0], "ms": elapsed_ms(prepared[key], options.device)})
        except RuntimeError as error:
            answer({"error": str(error)})


def answer(value):
    print(json.dumps(value), flush=True)


def parse_options():
    parser = argparse.ArgumentParser(description="Times the PyTorch peers of our programs.")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--tf32", action="store_true", help="TF32 for products and convolutions on a GPU")
    parser.add_argument("--only", choices=PROGRAMS, help="measure one program")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--memory", choices=PROGRAMS, help="peak memory of one program instead of its time")
    mode.add_argument("--serve", action="store_true", help="answer `run NAME BATCH` lines on stdin")
    return parser.parse_args()


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = options.tf32
    torch.backends.cudnn.allow_tf32 = options.tf32
    torch.backends.cudnn.benchmark = True
    if options.serve:
        serve(options)
    elif options.memory:
        answer(measure_memory(options.memory, options))
    else:
        names = [options.only] if options.only else list(PROGRAMS)
        answer({**about(options), "rows": [measure(name, options) for name in names]})


if __name__ == "__main__":
    main()
