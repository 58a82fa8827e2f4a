"""Measured relevance: imputation, removed pixels, blur, curves and localisation; float64, NumPy and SciPy alone."""

import itertools

import numpy as np
import scipy
import torch
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from fixture import Draw, Fixture

CHANNELS, HEIGHT, WIDTH = 3, 7, 9
PERCENTILES = [10, 20, 30, 40, 50, 60, 70, 80, 90]
CURVE_STEPS = 28


def make_relevance_fixture():
    fixture = Fixture(
        "relevance",
        {
            "about": "image [C, H, W], map [H, W] without equal values, weights [C, H, W] of the score "
            "sigmoid(sum(weights * image)). imputation/<case>/kept [H, W] and /filled [C, H, W]. morf and lerf "
            "[percentile, H, W]: kept pixels; morfFilled and lerfFilled [percentile, C, H, W]. blurred: sigma "
            "pixels, mirrored. curves: areas of the score. localisation/<case>/map and /mask: means over all ways "
            "to break ties. quantiles: of `values` at `shares`.",
            "scipyVersion": scipy.__version__,
            "percentiles": PERCENTILES,
        },
    )
    image = Draw("relevance/image").uniform(0, 1, CHANNELS, HEIGHT, WIDTH).numpy()
    saliency = Draw("relevance/map").uniform(0, 1, HEIGHT, WIDTH).numpy()
    weights = Draw("relevance/weights").normal(CHANNELS, HEIGHT, WIDTH, deviation=0.3).numpy()
    if np.unique(saliency).size != saliency.size:
        raise ValueError("relevance fixture: the map has equal values")
    for name, values in [("image", image), ("map", saliency), ("weights", weights)]:
        add(fixture, name, values)
    add_imputation(fixture, image)
    add_removal(fixture, image, saliency)
    add_curves(fixture, image, saliency, weights)
    add_localisation(fixture)
    add_quantiles(fixture)
    return fixture


def add(fixture, name, values, dtype=None):
    fixture.add(name, torch.from_numpy(np.ascontiguousarray(values)), dtype)


def add_imputation(fixture, image):
    scattered = Draw("relevance/scattered").uniform(0, 1, HEIGHT, WIDTH).numpy() < 0.5
    corner = np.zeros((HEIGHT, WIDTH), dtype=bool)
    corner[0, WIDTH - 1] = True
    frame = np.ones((HEIGHT, WIDTH), dtype=bool)
    frame[1:-1, 1:-1] = False
    few = np.zeros((HEIGHT, WIDTH), dtype=bool)
    few[[1, 5, 6], [2, 0, 7]] = True
    cases = {"scattered": scattered, "oneCorner": corner, "frame": frame, "few": few}
    fixture.description["imputationCases"] = list(cases)
    for name, kept in cases.items():
        add(fixture, f"imputation/{name}/kept", kept, np.int32)
        add(fixture, f"imputation/{name}/filled", impute(image, kept))


def impute(image, kept):
    """Every pixel that is not kept equals the weighted mean of its neighbours that exist."""
    height, width = kept.shape
    number = {place: index for index, place in enumerate(zip(*np.nonzero(~kept)))}
    entries, right = [], np.zeros((len(number), image.shape[0]))
    for (y, x), row in number.items():
        total = 0.0
        for dy, dx in itertools.product((-1, 0, 1), repeat=2):
            other = (y + dy, x + dx)
            if (dy, dx) == (0, 0) or not (0 <= other[0] < height and 0 <= other[1] < width):
                continue
            weight = 1 / 6 if dy * dx == 0 else 1 / 12
            total += weight
            if other in number:
                entries.append((row, number[other], -weight))
            else:
                right[row] += weight * image[:, other[0], other[1]]
        entries.append((row, row, total))
    rows, columns, values = zip(*entries)
    matrix = coo_matrix((values, (rows, columns))).tocsc()
    filled = image.copy()
    places = tuple(np.array(list(number)).T)
    for channel in range(image.shape[0]):
        filled[channel][places] = spsolve(matrix, right[:, channel])
    return filled


def add_removal(fixture, image, saliency):
    for name, values in [("morf", saliency), ("lerf", 1 - saliency)]:
        kept = np.stack([values < np.percentile(values, percentile) for percentile in PERCENTILES])
        add(fixture, name, kept, np.int32)
        add(fixture, f"{name}Filled", np.stack([impute(image, each) for each in kept]))


def add_curves(fixture, image, saliency, weights):
    sigma = max(HEIGHT, WIDTH) / 8
    blurred = np.stack([ndimage.gaussian_filter(plane, sigma, mode="reflect", truncate=4.0) for plane in image])
    order = np.argsort(-saliency.reshape(-1))
    counts = [int(np.floor(step * order.size / CURVE_STEPS + 0.5)) for step in range(CURVE_STEPS + 1)]

    def area(start, end):
        scores = []
        for count in counts:
            mixed = start.reshape(CHANNELS, -1).copy()
            mixed[:, order[:count]] = end.reshape(CHANNELS, -1)[:, order[:count]]
            scores.append(1 / (1 + np.exp(-np.sum(mixed * weights.reshape(CHANNELS, -1)))))
        return float(np.trapz(scores, np.linspace(0, 1, len(scores))))

    add(fixture, "blurred", blurred)
    fixture.description["sigma"] = sigma
    fixture.description["curves"] = {
        "insertion": area(blurred, image),
        "deletion": area(image, np.zeros_like(image)),
    }


def add_localisation(fixture):
    draw = Draw("relevance/localisation")
    rough = draw.uniform(0, 1, 4, 4).numpy()
    levels = np.floor(3 * draw.uniform(0, 1, 4, 4).numpy()) / 2
    mask = np.zeros((4, 4), dtype=bool)
    mask[1:3, 0:3] = True
    zero_but_two = np.zeros((4, 4))
    zero_but_two[1, 1], zero_but_two[3, 3] = 0.5, 1.0
    cases = {"distinct": rough, "levels": levels, "constant": np.full((4, 4), 0.25), "sparse": zero_but_two}
    fixture.description["localisation"] = {}
    for name, values in cases.items():
        add(fixture, f"localisation/{name}/map", values)
        add(fixture, f"localisation/{name}/mask", mask, np.int32)
        fixture.description["localisation"][name] = {
            "relevanceMass": float(values[mask].sum() / values.sum()),
            "relevanceRank": mean_share_of_largest(values, mask, int(mask.sum())),
            "pointingGame": mean_share_of_largest(values, mask, 1),
        }


def mean_share_of_largest(values, mask, count):
    """The share inside the mask of the `count` largest, as a mean over every choice among equals."""
    flat, inside = values.reshape(-1), mask.reshape(-1)
    threshold = np.sort(flat)[-count]
    above, tied = np.nonzero(flat > threshold)[0], np.nonzero(flat == threshold)[0]
    choices = itertools.combinations(tied, count - above.size)
    return float(np.mean([(inside[above].sum() + inside[list(choice)].sum()) / count for choice in choices]))


def add_quantiles(fixture):
    values = Draw("relevance/quantiles").normal(13).numpy()
    shares = [0, 0.025, 0.3, 0.5, 0.975, 1]
    add(fixture, "values", np.sort(values))
    fixture.description["quantiles"] = {
        "shares": shares,
        "quantiles": [float(np.quantile(values, share)) for share in shares],
    }
