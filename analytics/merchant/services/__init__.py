"""Record visits; roll orders and visits up to days. Import the module you need: `rollups` loads pandas, pages must not."""
