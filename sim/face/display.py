"""How a model shows itself in a notebook."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from sim.face.classes import KINDS

if TYPE_CHECKING:
    from sim.face.model import Model

__all__ = ["as_html"]

HEAD = "<tr><th>body</th><th>in force</th><th>parties</th><th>signatories</th><th>stringency</th></tr>"


def as_html(model: Model, closed: bool) -> str:
    """What the run is, who decides for itself, and where its bodies stand."""
    title = f"<p><b>{html.escape(repr(model)[1:-1])}</b></p>"
    if closed:
        return title
    own = [f"{type(one).__name__} ({one})" for one in model.agents if type(one) not in KINDS]
    said = ""
    if own:
        more = f" and {len(own) - 8} more" if len(own) > 8 else ""
        said = f"<p>Decide for themselves: {html.escape(', '.join(own[:8]))}{more}</p>"
    if model.interventions:
        said += f"<p>Values written: {len(model.interventions)}</p>"
    rows = "".join(
        f"<tr><th>{html.escape(str(body))}</th><td>{'yes' if body.in_force else 'no'}</td>"
        f"<td>{len(body.members)}</td><td>{len(body.signatories)}</td><td>{body.stringency:.2f}</td></tr>"
        for body in model.bodies
    )
    return f"{title}{said}<table>{HEAD}{rows}</table>"
