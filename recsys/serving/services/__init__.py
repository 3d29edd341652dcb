"""Train a store's lists, refresh its best-sellers. Import the module you need: `training` loads the engine, pages must not."""
