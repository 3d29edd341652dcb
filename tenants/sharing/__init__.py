"""One machine, many stores: what each may take of it, so that one store's rush is not another one's standstill."""
