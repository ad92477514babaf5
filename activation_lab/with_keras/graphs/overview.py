"""All programs of a model in one table."""

import dataclasses

from ...shown import count
from .hlo import kernel_text, kernels
from .stages import compiled, concrete, executed_listing, kinds, traced_listing
from .tables import Table


@dataclasses.dataclass(frozen=True, repr=False)
class Programs(Table):
    """The programs of one model: `traced`, `executed` and `compiled`, as returned by the functions of these names."""

    traced: tuple
    executed: tuple
    compiled: str

    head = ("stage", "operations")

    def rows(self):
        steps = kernels(self.compiled)
        size = f"{count(sum(len(parts) or 1 for _, parts in steps), 'instruction')} in {count(len(steps), 'step')}"
        return {
            "traced": ", ".join(self.traced) or "none",
            "executed": ", ".join(self.executed) or "none",
            "XLA": f"{size}: {', '.join(map(kernel_text, steps)) or 'none'}",
        }


def programs(model, gradients=False, *, batch=32):
    """Return all three programs of a model: as traced, as executed, as compiled by XLA.

    Args and Raises as in `traced`.

    Returns:
        Programs, shown as a table. For XLA, it lists the steps in order; a step that does several things is spelled
        out, "fusion[add+maximum]"; instructions that only hold or move numbers are left out and not counted.
    """
    function = concrete(model, gradients, batch)
    return Programs(
        kinds(traced_listing(function)), kinds(executed_listing(function)), compiled(model, gradients, batch=batch)
    )
