from console.middleware.gate import ConsoleMiddleware
from console.middleware.support import SupportMiddleware
from console.middleware.traffic import TrafficMiddleware

__all__ = ["ConsoleMiddleware", "SupportMiddleware", "TrafficMiddleware"]
