"""Likeness of products by their words, for Latin and Chinese text."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from recsys.engine.data import CatalogFrame, Floats, Ints, Sparse
from recsys.engine.events import Snapshot

MAX_TEXT = 2_000
MAX_TERMS = 50_000
TAG = re.compile(r"<[^>]{0,500}>|&[a-z]{2,8};")
WORD = re.compile(r"[^\W_]+")
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
HAN_GRAMS = (2, 3, 4)


def tokens(text: str) -> list[str]:
    """Split into words and word pairs, and Chinese runs into groups of two to four characters."""
    plain = TAG.sub(" ", text[:MAX_TEXT]).lower()
    found: list[str] = []
    for run in HAN.findall(plain):
        found.extend(run[i : i + size] for size in HAN_GRAMS for i in range(len(run) - size + 1))
        if len(run) == 1:
            found.append(run)
    words = WORD.findall(HAN.sub(" ", plain))
    found.extend(words)
    found.extend(f"{first} {second}" for first, second in pairwise(words))
    return found


class ContentIndex:
    """Hold TF-IDF vectors of all products, rows of length 1 (0 for a product without text)."""

    def __init__(self, catalog: CatalogFrame) -> None:
        documents = [
            tokens(text) + ([f"category={category.strip().lower()}"] if category.strip() else [])
            for text, category in zip(catalog.texts, catalog.categories, strict=True)
        ]
        self.vectors: Sparse = sparse.csr_matrix(np.zeros((len(catalog), 1), dtype=np.float32))
        if any(documents):
            vectorizer = TfidfVectorizer(analyzer=list, dtype=np.float32, max_features=MAX_TERMS, sublinear_tf=True)
            self.vectors = vectorizer.fit_transform(documents).tocsr()
        self._transposed: Sparse = self.vectors.T.tocsr()

    def similarity(self, codes: Ints) -> Floats:
        """Return cosines of some products to all, shape (len(codes), products)."""
        return np.asarray((self.vectors[codes] @ self._transposed).toarray(), dtype=np.float32)

    def match(self, profile: Sparse) -> Floats:
        """Return the sum of cosines between profiles (rows x products) and all products."""
        return np.asarray(((profile @ self.vectors) @ self._transposed).toarray(), dtype=np.float32)


class ContentSimilarity:
    """Score products by how alike their text is to what the customer bought or looked at."""

    name = "content"

    def __init__(self, index: ContentIndex) -> None:
        self.index = index

    def fit(self, snapshot: Snapshot, *, seed: int) -> None:
        """Keep the profiles."""
        self.profile: Sparse = snapshot.profile

    def score(self, customers: Ints) -> Floats:
        """Return sums of cosines weighted by the profile."""
        return self.index.match(self.profile[customers])
