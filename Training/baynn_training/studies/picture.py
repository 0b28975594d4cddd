# SPDX-License-Identifier: Apache-2.0
"""Pictures as bytes that depend on the data alone."""

import io

from matplotlib import pyplot
from matplotlib.figure import Figure


def to_png(figure: Figure) -> bytes:
    """Also closes the figure."""
    buffer = io.BytesIO()
    # Without the version of the library the file depends on the data alone.
    figure.savefig(buffer, format="png", dpi=90, metadata={"Software": None})
    pyplot.close(figure)
    return buffer.getvalue()
