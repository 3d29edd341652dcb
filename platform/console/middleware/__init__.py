from console.middleware.gate import ConsoleMiddleware
from console.middleware.traffic import TrafficMiddleware

__all__ = ["ConsoleMiddleware", "TrafficMiddleware"]
