"""What stores on one platform cost, in parts; each part runs on a platform of its own and alone with `--part NAME`."""

from bench.tenancy import archive, fleet, hosts, memory, provisioning

PARTS = {
    "archive": archive.run,
    "fleet": fleet.run,
    "hosts": hosts.run,
    "memory": memory.run,
    "provisioning": provisioning.run,
}
