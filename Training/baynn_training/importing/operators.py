# SPDX-License-Identifier: Apache-2.0
"""The operators that can be imported."""

from collections.abc import Iterable

from onnx import NodeProto

from .clip_operators import import_clip, import_relu
from .comparison_operators import import_comparison, import_not, import_where
from .elementwise_operators import (
    import_add,
    import_batch_normalization,
    import_cast,
    import_div,
    import_identity,
    import_mul,
    import_neg,
    import_sub,
)
from .end_operators import import_end
from .join_operators import import_concat, import_resize
from .linear_operators import import_conv, import_conv_transpose, import_gemm, import_matmul
from .operation import Importer
from .pool_operators import (
    import_average_pool,
    import_global_average_pool,
    import_max_pool,
    import_reduce_mean,
)
from .quant_operator import import_quant
from .shape_operators import import_reshape, import_transpose
from .sign_operators import import_bipolar_quant, import_sign

QONNX_DOMAINS = ("qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas")
"""Domains of BipolarQuant and Quant; everything else is plain ONNX."""

QONNX_OPERATORS: dict[str, Importer] = {
    "BipolarQuant": import_bipolar_quant,
    "IntQuant": import_quant,
    "Quant": import_quant,
}

ONNX_OPERATORS: dict[str, Importer] = {
    "Add": import_add,
    "ArgMax": import_end,
    "AveragePool": import_average_pool,
    "BatchNormalization": import_batch_normalization,
    "Cast": import_cast,
    "Clip": import_clip,
    "Concat": import_concat,
    "Conv": import_conv,
    "ConvTranspose": import_conv_transpose,
    "Div": import_div,
    "Dropout": import_identity,
    "Flatten": import_reshape,
    "Gemm": import_gemm,
    "GlobalAveragePool": import_global_average_pool,
    "Greater": import_comparison,
    "GreaterOrEqual": import_comparison,
    "Identity": import_identity,
    "Less": import_comparison,
    "LessOrEqual": import_comparison,
    "LogSoftmax": import_end,
    "MatMul": import_matmul,
    "MaxPool": import_max_pool,
    "Mul": import_mul,
    "Neg": import_neg,
    "Not": import_not,
    "Relu": import_relu,
    "ReduceMean": import_reduce_mean,
    "Reshape": import_reshape,
    "Resize": import_resize,
    "Sign": import_sign,
    "Softmax": import_end,
    "Squeeze": import_reshape,
    "Sub": import_sub,
    "TopK": import_end,
    "Transpose": import_transpose,
    "Unsqueeze": import_reshape,
    "Upsample": import_resize,
    "Where": import_where,
}


def importer_of(domain: str, kind: str) -> Importer | None:
    """None if the operator cannot be imported."""
    if domain in ("", "ai.onnx"):
        return ONNX_OPERATORS.get(kind)
    return QONNX_OPERATORS.get(kind) if domain in QONNX_DOMAINS else None


def unsupported_operators(nodes: Iterable[NodeProto]) -> list[str]:
    """One sentence for each node whose operator cannot be imported, whatever its inputs; then
    one with what can be."""
    problems = []
    for node in nodes:
        if importer_of(node.domain, node.op_type) is None:
            domain = f" of {node.domain}" if node.domain else ""
            problems.append(
                f"operator '{node.op_type}'{domain} (node '{node.name}') cannot be imported"
            )
    if problems:
        names = ", ".join(sorted([*ONNX_OPERATORS, *QONNX_OPERATORS]))
        problems.append(f"operators that can be: {names}")
    return problems
