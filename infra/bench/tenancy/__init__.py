"""What stores on one platform cost, in parts; each part runs on a platform of its own and alone with `--part NAME`."""

from bench.tenancy import fleet, provisioning

PARTS = {
    "fleet": fleet.run,
    "provisioning": provisioning.run,
}
