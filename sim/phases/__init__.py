"""The phases of a step: each unpacks columns, calls rules and replaces columns. Their order is in `sim.engine`."""
