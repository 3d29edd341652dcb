"""Train a store's lists, refresh its best-sellers."""

from recsys.serving.services.export import Export, export_store
from recsys.serving.services.training import find_champion, start_training, train_store
from recsys.serving.services.trending import refresh_trending

__all__ = ["Export", "export_store", "find_champion", "refresh_trending", "start_training", "train_store"]
