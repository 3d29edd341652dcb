"""A small stateful stand-in for Stripe on loopback, for development and tests; real keys switch it off."""

from integrations.stripe.sandbox.server import SandboxServer, serve

__all__ = ["SandboxServer", "serve"]
