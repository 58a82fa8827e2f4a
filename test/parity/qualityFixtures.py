"""Quality of synthetic images: distances of distributions and radiomic features; float64, NumPy and SciPy alone.

Written after the published implementations, and not after ours: the Frechet distance of mseitzer/pytorch-fid with
scipy.linalg.sqrtm, KID of toshas/torch-fidelity, precision, recall, density and coverage of
clovaai/generative-evaluation-prdc, AuthPct of layer6ai-labs/dgm-eval, co-occurrence of scikit-image.
"""

import numpy as np
import scipy
import torch
from scipy import linalg, stats
from scipy.spatial.distance import cdist

from fixture import Draw, Fixture

NEIGHBOURS = [1, 3, 5]


def make_quality_fixture():
    fixture = Fixture(
        "quality",
        {
            "about": "sets/<case>/real [N, D] and /synthetic [M, D], rounded to float32; frechet with sqrtm where both "
            "have more points than dimensions, else with singular values; kid: unbiased squared MMD of all points "
            "(sets of one size only); coverage: by k, [precision, recall, density, coverage]. "
            "images/<name> [C, H, W] and radiomics/<name>: their features.",
            "scipyVersion": scipy.__version__,
        },
    )
    add_sets(fixture)
    add_images(fixture)
    return fixture


def add(fixture, name, values):
    fixture.add(name, torch.from_numpy(np.ascontiguousarray(values, dtype=np.float64)))


def add_sets(fixture):
    def normal(name, count, dimensions, **options):
        return Draw(f"quality/{name}").normal(count, dimensions, **options).numpy()

    mixing = normal("mixing", 6, 6)
    tied = np.floor(4 * Draw("quality/tied").uniform(0, 1, 30, 2).numpy())
    cases = {
        "correlated": (normal("a", 60, 6), exact(normal("b", 50, 6) @ mixing + 0.5)),
        "oneSize": (normal("c", 40, 5), normal("d", 40, 5, mean=0.3, deviation=1.2)),
        "fewPoints": (normal("e", 12, 20), normal("f", 15, 20, mean=0.2)),
        "constantDimension": (
            np.hstack([normal("g", 30, 3), np.full((30, 1), 0.5)]),
            np.hstack([normal("h", 30, 3, deviation=0.7), np.full((30, 1), 0.25)]),
        ),
        # Small whole numbers: many points are equally far from each other, or equal.
        "ties": (tied[:16], tied[10:]),
    }
    fixture.description["sets"] = {}
    for name, (real, synthetic) in cases.items():
        add(fixture, f"sets/{name}/real", real)
        add(fixture, f"sets/{name}/synthetic", synthetic)
        fixture.description["sets"][name] = {
            "frechet": frechet(real, synthetic),
            "kid": polynomial_mmd(real, synthetic) if len(real) == len(synthetic) else None,
            "coverage": {str(k): coverage(real, synthetic, k) for k in NEIGHBOURS},
            "authentic": authentic(real, synthetic),
            "nearest": np.min(cdist(synthetic, real), axis=1).tolist(),
        }


def exact(values):
    return values.astype(np.float32).astype(np.float64)


def frechet(real, synthetic):
    shift = np.sum((real.mean(axis=0) - synthetic.mean(axis=0)) ** 2)
    first, second = np.cov(real, rowvar=False), np.cov(synthetic, rowvar=False)
    is_regular = all(np.linalg.matrix_rank(matrix) == len(matrix) for matrix in (first, second))
    if is_regular:
        root = np.trace(linalg.sqrtm(first @ second).real)
    else:
        # sqrtm is inexact for singular matrices. Tr sqrt(C1 C2) is the sum of the singular values of X1 X2^T.
        factors = [(points - points.mean(axis=0)) / np.sqrt(len(points) - 1) for points in (real, synthetic)]
        root = np.sum(np.linalg.svd(factors[0] @ factors[1].T, compute_uv=False))
    return float(shift + np.trace(first) + np.trace(second) - 2 * root)


def polynomial_mmd(x, y):
    count = len(x)

    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    within = (xx.sum() - np.trace(xx) + yy.sum() - np.trace(yy)) / (count * (count - 1))
    return float(within - 2 * xy.sum() / count**2)


def radii(points, k):
    return np.partition(cdist(points, points), k, axis=1)[:, k]


def coverage(real, synthetic, k):
    real_radii, synthetic_radii = radii(real, k), radii(synthetic, k)
    distances = cdist(real, synthetic)
    in_real = distances < real_radii[:, None]
    in_synthetic = distances < synthetic_radii[None, :]
    precision = in_real.any(axis=0).mean()
    recall = in_synthetic.any(axis=1).mean()
    density = in_real.sum(axis=0).mean() / k
    covered = (distances.min(axis=1) < real_radii).mean()
    return [float(value) for value in (precision, recall, density, covered)]


def authentic(real, synthetic):
    own = cdist(real, real)
    np.fill_diagonal(own, np.inf)
    distances = cdist(synthetic, real)
    nearest = distances.argmin(axis=1)
    return float(np.mean(distances.min(axis=1) > own.min(axis=1)[nearest]))


def add_images(fixture):
    def smooth(name, *shape):
        noise = Draw(f"quality/{name}").uniform(0, 1, *shape).numpy()
        return exact(0.5 * noise + 0.25 * np.roll(noise, 1, axis=-1) + 0.25 * np.roll(noise, 1, axis=-2))

    step = np.zeros((1, 9, 9))
    step[:, :, 4:] = 1.0
    images = {
        "even": smooth("even", 1, 16, 16),
        "odd": smooth("odd", 1, 13, 13),
        "colour": smooth("colour", 3, 12, 12),
        "constant": np.full((1, 8, 8), 0.5),
        "step": step,
    }
    fixture.description["images"] = list(images)
    for name, image in images.items():
        add(fixture, f"images/{name}", image)
        add(fixture, f"radiomics/{name}", radiomics(image))


def radiomics(image):
    if len(image) == 1:
        return grey_features(image[0])
    luma = np.tensordot([0.299, 0.587, 0.114], image, axes=1)
    colours = [value for plane in image for value in (plane.mean(), plane.std())]
    return np.concatenate([grey_features(luma), colours])


def grey_features(image):
    return np.concatenate([first_order(image), co_occurrence(image), gradients(image), wavelets(image)])


def first_order(image):
    flat = image.reshape(-1)
    counts, _ = np.histogram(flat, bins=32, range=(0, 1))
    shares = counts / flat.size
    is_flat = np.ptp(flat) == 0
    return [
        flat.mean(),
        flat.std(),
        0 if is_flat else stats.skew(flat),
        0 if is_flat else stats.kurtosis(flat, fisher=False),
        flat.min(),
        *np.quantile(flat, [0.1, 0.25, 0.5, 0.75, 0.9]),
        flat.max(),
        stats.entropy(shares),
        np.sum(shares**2),
    ]


def co_occurrence(image):
    levels = np.minimum(31, np.floor(image * 32)).astype(int)
    i, j = np.indices((32, 32))
    features = []
    for dy, dx in [(0, 1), (-1, 1), (-1, 0), (-1, -1)]:
        counts = np.zeros((32, 32))
        for (y, x), level in np.ndenumerate(levels):
            other = (y + dy, x + dx)
            if 0 <= other[0] < len(levels) and 0 <= other[1] < len(levels):
                counts[level, levels[other]] += 1
        matrix = counts + counts.T
        matrix /= matrix.sum()
        di, dj = i - np.sum(i * matrix), j - np.sum(j * matrix)
        deviations = np.sqrt(np.sum(matrix * di**2)) * np.sqrt(np.sum(matrix * dj**2))
        features += [
            np.sum(matrix * (i - j) ** 2),
            np.sum(matrix / (1 + (i - j) ** 2)),
            np.sqrt(np.sum(matrix**2)),
            1 if deviations < 1e-15 else np.sum(matrix * di * dj) / deviations,
        ]
    return features


def gradients(image):
    dy, dx = np.gradient(image)
    magnitude = np.hypot(dy, dx)
    orientation = np.degrees(np.arctan2(dy, dx)) % 180
    sums = [magnitude[np.floor(orientation / 22.5) % 8 == index].sum() for index in range(8)]
    total = magnitude.sum()
    return [magnitude.mean(), magnitude.std(), *(np.array(sums) / total if total > 0 else np.zeros(8))]


def wavelets(image):
    features = []
    for _ in range(3):
        even = 2 * (len(image) // 2)
        blocks = image[:even, :even].reshape(even // 2, 2, even // 2, 2).transpose(0, 2, 1, 3)
        filters = [[[1, -1], [1, -1]], [[1, 1], [-1, -1]], [[1, -1], [-1, 1]]]
        for each in filters:
            detail = np.sum(blocks * np.array(each) / 2, axis=(2, 3))
            features.append(np.sqrt(np.mean(detail**2)))
        image = blocks.sum(axis=(2, 3)) / 2
    return features
