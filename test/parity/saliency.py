"""Class activation maps in numpy, after pytorch-grad-cam 1.5.5 (base_cam.py, utils/image.py, svd_on_activations.py).

Shared by the fixtures and by bench/peer.py. The package itself is not used: Debian has none, and its arithmetic is
short. Resizing is torch's bilinear interpolation without aligned corners, which is OpenCV's INTER_LINEAR.
"""

import numpy as np
import torch
from torch.nn import functional as F


class LayerRecorder:
    """What a module puts out and the gradient that comes back to it, noted by hooks; `with` takes them off again."""

    def __init__(self, module):
        self.activations = None
        self.gradients = None
        self._hook = module.register_forward_hook(self._note)

    def _note(self, _module, _inputs, output):
        self.activations = output
        output.register_hook(self._note_gradient)

    def _note_gradient(self, gradient):
        self.gradients = gradient

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._hook.remove()


def explain_logits(model, module, images, targets):
    """What a module puts out, the gradient of the summed logits of the targets by it, and the classes.

    The first two are [N, F, h, w], or tokens [N, T, D]. The target -1 is the predicted class.
    """
    with LayerRecorder(module) as recorder:
        logits = model(images)
        classes = torch.where(targets < 0, logits.argmax(1), targets)
        model.zero_grad()
        logits[torch.arange(len(classes)), classes].sum().backward()
    return recorder.activations.detach().numpy(), recorder.gradients.numpy(), classes


def project(method, activations, gradients):
    """Signed projections [N, h, w]."""
    if method == "gradcam":
        weights = gradients.mean((2, 3))
        return (weights[:, :, None, None] * activations).sum(1)
    return principal_projections(activations if method == "eigencam" else activations * gradients)


def principal_projections(batch):
    """The first principal component of each [F, h, w] over its channels, by a full singular value decomposition."""
    batch = np.nan_to_num(batch, nan=0.0)
    projections = []
    for values in batch:
        rows = values.reshape(len(values), -1).T
        rows = rows - rows.mean(0)
        _, _, axes = np.linalg.svd(rows, full_matrices=True)
        projections.append((rows @ axes[0]).reshape(values.shape[1:]))
    return np.stack(projections)


def maps_of(projections, size):
    """Maps [N, size, size] from 0 to 1 of signed projections, float32."""
    maps = np.maximum(projections, 0)
    resized = [resize(scale_to_one(values), size) for values in maps]
    return np.float32([scale_to_one(values) for values in resized])


def scale_to_one(values):
    values = values - values.min()
    return values / (1e-7 + values.max())


def resize(values, size):
    batch = torch.from_numpy(values)[None, None]
    return F.interpolate(batch, (size, size), mode="bilinear", align_corners=False)[0, 0].numpy()
