"""One fixture: a JSON file that says what was computed, and a safetensors file that holds the numbers."""

import json
import zlib

import numpy as np
import torch

from safetensorsFile import write_safetensors


class Draw:
    """Random numbers of one case, keyed by its name, so that adding a case changes no other.

    Every value is exactly representable in float32: a float32 device and the float64 reference then start from
    the same input, and their difference is arithmetic alone.
    """

    def __init__(self, key):
        self._generator = np.random.default_rng(zlib.crc32(key.encode("utf-8")))

    def normal(self, *shape, mean=0.0, deviation=1.0):
        return exact_in_float32(self._generator.normal(mean, deviation, shape))

    def uniform(self, low, high, *shape):
        return exact_in_float32(self._generator.uniform(low, high, shape))

    def integers(self, high, *shape):
        return torch.from_numpy(self._generator.integers(0, high, shape).astype(np.int32))

    def booleans(self, *shape):
        return torch.from_numpy(self._generator.random(shape) < 0.5)

    def dropout_mask(self, *shape):
        """0 or 2: inverted dropout at p = 0.5."""
        return 2.0 * self.booleans(*shape).to(torch.float64)


def exact_in_float32(values):
    """A float64 tensor whose values are those of `values` rounded to float32."""
    return torch.from_numpy(np.asarray(values, dtype=np.float32).astype(np.float64))


def digest(tensor):
    """Two numbers that stand for a tensor too large to store: its Euclidean norm, and sum_i x_i cos(i).

    i is the row-major index from 0. The cosines make the second number sensitive to order and sign.
    """
    values = tensor.detach().to(torch.float64).reshape(-1).numpy()
    return {
        "norm": float(np.sqrt(np.sum(values**2))),
        "cosDot": float(np.dot(values, np.cos(np.arange(values.size)))),
    }


class Fixture:
    """Collects tensors and a description, and writes `<name>.json` and, if there are tensors, `<name>.safetensors`."""

    def __init__(self, name, description):
        self.name = name
        self.description = description
        self._tensors = {}

    def add(self, name, tensor, dtype=None):
        """Stores a torch tensor under `name`, converted to the numpy dtype `dtype` where given; returns the name."""
        if name in self._tensors:
            raise ValueError(f"fixture {self.name}: tensor {name} is stored twice")
        # A copy: the optimisers and batch norm change their tensors in place.
        values = np.array(tensor.detach().numpy(), dtype=dtype, copy=True)
        self._tensors[name] = values.astype(np.int32) if values.dtype == np.int64 else values
        return name

    def add_all(self, prefix, tensors, dtype=None):
        """Stores every tensor of a dict under `<prefix>/<name>`."""
        for name, tensor in tensors.items():
            self.add(f"{prefix}/{name}", tensor, dtype)

    def write(self, folder):
        """Writes the files into `folder` and returns their total size in bytes."""
        versions = {"torch": torch.__version__, "numpy": np.__version__}
        paths = [folder / f"{self.name}.json"]
        with open(paths[0], "w", encoding="utf-8") as file:
            json.dump({"versions": versions, **self.description}, file, indent=1)
            file.write("\n")
        if self._tensors:
            paths.append(folder / f"{self.name}.safetensors")
            write_safetensors(paths[1], self._tensors)
        return sum(path.stat().st_size for path in paths)
