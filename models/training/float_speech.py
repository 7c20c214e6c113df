"""Rewrites the 8-bit Kokoro model in floats, and cuts it in three so that what costs most can be computed in bfloat16.

    python float_speech.py kokoro.onnx DIR

Writes DIR/kokoro-{source,vocoder,inverse}.onnx: phonemes to vocoder inputs, the vocoder's convolutions (nine tenths of the work), and the
inverse transform to samples. Only the middle part bears the coarse numbers of bfloat16; phases of the source do not.
"""

from __future__ import annotations

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

GENERATOR = "/decoder/decoder/generator/"
FEATURES, HARMONICS = "/decoder/decoder/decode.3/Div_4_output_0", GENERATOR + "Concat_3_output_0"
SPECTRUM = GENERATOR + "conv_post/Conv_output_0"


def in_floats(graph: onnx.GraphProto) -> None:
    """Takes out the rounding of activations to 8 bits: scale 1, products of floats, biases unrounded."""
    values = {tensor.name: tensor for tensor in graph.initializer}
    unrounded, nodes = {}, []
    for node in graph.node:
        to = node.output[0]
        if node.op_type == "DynamicQuantizeLinear":
            unrounded[to] = node.input[0]
            graph.initializer.append(numpy_helper.from_array(np.float32(1), node.output[1]))
        elif node.op_type in ("MatMulInteger", "ConvInteger"):
            quantised, weight, _, zero = node.input
            exact = numpy_helper.to_array(values[weight]).astype(np.float32) - numpy_helper.to_array(values[zero]).astype(np.float32)
            graph.initializer.append(numpy_helper.from_array(exact, to + ".weight"))
            nodes.append(helper.make_node(node.op_type.removesuffix("Integer"), [unrounded[quantised], to + ".weight"], [to]))
            nodes[-1].attribute.extend(node.attribute)
        elif node.op_type == "Floor" and "bias" in to:
            nodes.append(helper.make_node("Identity", node.input, node.output))
        else:
            if node.op_type == "Cast" and "bias_quant" in to:
                node.attribute[0].i = TensorProto.FLOAT
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def polynomial_sines(graph: onnx.GraphProto) -> None:
    """Writes the sines of the vocoder's activations out as polynomials (error 2e-5), which run in vectors; not those of the source, whose phases are long."""
    turns = np.linspace(-.5, .5, 2001)
    coefficients = np.linalg.lstsq(np.stack([turns**k for k in (1, 3, 5, 7, 9)], 1), np.sin(2 * np.pi * turns), rcond=None)[0]
    for name, value in [("per_turn", 1 / (2 * np.pi)), *((f"sine.{i}", c) for i, c in enumerate(coefficients))]:
        graph.initializer.append(numpy_helper.from_array(np.float32(value), name))
    nodes = []
    for node in graph.node:
        to = node.output[0]
        if node.op_type != "Sin" or "m_source" in to:
            nodes.append(node)
            continue
        turn, nearest, rest, square = (to + part for part in (".turn", ".nearest", ".rest", ".square"))
        nodes += [helper.make_node("Mul", [node.input[0], "per_turn"], [turn]), helper.make_node("Round", [turn], [nearest]),
                  helper.make_node("Sub", [turn, nearest], [rest]), helper.make_node("Mul", [rest, rest], [square])]
        value = "sine.4"
        for i in (3, 2, 1, 0):
            nodes += [helper.make_node("Mul", [value, square], [f"{to}.product{i}"]), helper.make_node("Add", [f"{to}.product{i}", f"sine.{i}"], [f"{to}.sum{i}"])]
            value = f"{to}.sum{i}"
        nodes.append(helper.make_node("Mul", [value, rest], [to]))
    del graph.node[:]
    graph.node.extend(nodes)


def part(model: onnx.ModelProto, inputs: list[str], outputs: list[str], shapes: dict[str, list]) -> onnx.ModelProto:
    """What computes `outputs` from `inputs`."""
    makers = {name: node for node in model.graph.node for name in node.output}
    found, open_names = set(), list(outputs)
    while open_names:
        name = open_names.pop()
        if name in inputs or name not in makers or name in found:
            continue
        found.update(makers[name].output)
        open_names += makers[name].input
    nodes = [node for node in model.graph.node if node.output[0] in found]
    used = {name for node in nodes for name in node.input}
    given = {value.name: value for value in model.graph.input}
    graph = helper.make_graph(nodes, "part", [given.get(name) or helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]) for name in inputs],
                              [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
                              [tensor for tensor in model.graph.initializer if tensor.name in used])
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


if __name__ == "__main__":
    speech, out = onnx.load(sys.argv[1]), pathlib.Path(sys.argv[2])
    in_floats(speech.graph)
    polynomial_sines(speech.graph)
    lengths = {FEATURES: [1, 512, "T"], HARMONICS: [1, 22, "H"], SPECTRUM: [1, 22, "H"]}
    onnx.save(part(speech, ["tokens", "style", "speed"], [FEATURES, HARMONICS], lengths), out / "kokoro-source.onnx")
    onnx.save(part(speech, [FEATURES, HARMONICS, "style"], [SPECTRUM], lengths), out / "kokoro-vocoder.onnx")
    onnx.save(part(speech, [SPECTRUM], [speech.graph.output[0].name], lengths), out / "kokoro-inverse.onnx")
