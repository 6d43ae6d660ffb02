"""Which voices belong together: average linkage, in numpy."""

import numpy as np
from numpy.typing import NDArray

from bot.studio.hearing.features import Table

Labels = NDArray[np.intp]


def cluster(points: Table, *, fewest: int, most: int, farthest: float) -> Labels:
    """Return a label from 0 for each row of ``points``.

    The two clusters whose members are closest on average (Euclidean) are joined until they are farther apart than
    ``farthest``; but there will be at least ``fewest`` and at most ``most`` clusters. Time grows with the cube of
    the number of points, memory with its square: call it with a few hundred.
    """
    count = points.shape[0]
    distance = _distances(points)
    np.fill_diagonal(distance, np.inf)
    labels: Labels = np.arange(count, dtype=np.intp)
    sizes = np.ones(count)
    clusters = count
    while clusters > fewest:
        flat = int(np.argmin(distance))
        kept, gone = sorted(divmod(flat, count))
        if clusters <= most and float(distance[kept, gone]) > farthest:
            break
        total = sizes[kept] + sizes[gone]
        joined = (distance[kept] * sizes[kept] + distance[gone] * sizes[gone]) / total
        distance[kept], distance[:, kept] = joined, joined
        distance[kept, kept] = np.inf
        distance[gone], distance[:, gone] = np.inf, np.inf
        sizes[kept] = total
        labels[labels == gone] = kept
        clusters -= 1
    return np.unique(labels, return_inverse=True)[1]


def nearest(points: Table, centres: Table) -> Labels:
    """Return for each point the index of the nearest centre."""
    return np.asarray([int(np.argmin(np.square(centres - point).sum(axis=1))) for point in points], dtype=np.intp)


def centres_of(points: Table, labels: Labels) -> Table:
    """Return the mean of the points of each label."""
    return np.stack([points[labels == label].mean(axis=0) for label in range(int(labels.max()) + 1)])


def _distances(points: Table) -> NDArray[np.float64]:
    lengths = np.square(points, dtype=np.float64).sum(axis=1)
    products = points.astype(np.float64) @ points.T.astype(np.float64)
    return np.sqrt(np.maximum(lengths[:, np.newaxis] + lengths[np.newaxis, :] - 2 * products, 0.0))
