"""What can go wrong with a training in a way that people should read."""

from core.errors import Conflict


class TrainingRunning(Conflict):
    """Another training of this store has not ended yet."""

    code = "training_running"
