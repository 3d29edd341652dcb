"""Ranking of many score rows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys.engine.data import Floats, Ints

EMPTY = -1


def top_n(scores: NDArray[np.floating], n: int) -> Ints:
    """Return the columns of the n best scores of each row, best first, ties by the lower column.

    Columns at -inf are never chosen: rows with fewer than n others end in `EMPTY`. Shape (rows, n).
    """
    rows, columns = scores.shape
    top = np.full((rows, n), EMPTY, dtype=np.int64)
    width = min(n, columns)
    if rows == 0 or width == 0:
        return top
    if width == columns:
        chosen = np.tile(np.arange(columns), (rows, 1))
    else:
        chosen = np.sort(np.argpartition(scores, columns - width, axis=1)[:, columns - width :], axis=1)
        border = np.take_along_axis(scores, chosen, axis=1).min(axis=1)
        for row in np.flatnonzero((scores >= border[:, None]).sum(axis=1) > width):
            # argpartition picks freely among equals, so rows that tie on the last place are sorted whole
            chosen[row] = np.sort(np.argsort(-scores[row], kind="stable")[:width])
    values = np.take_along_axis(scores, chosen, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    best = np.take_along_axis(chosen, order, axis=1)
    best[np.isneginf(np.take_along_axis(values, order, axis=1))] = EMPTY
    top[:, :width] = best
    return top


def take_scores(scores: NDArray[np.floating], top: Ints) -> Floats:
    """Return the scores of chosen columns, 0 where the place is empty."""
    if scores.shape[1] == 0:
        return np.zeros(top.shape, dtype=np.float32)
    values = np.take_along_axis(scores, np.maximum(top, 0), axis=1).astype(np.float32)
    values[top == EMPTY] = 0.0
    return values
