// The parts that the graphs of GPT-2 and BERT share, node for node as Hugging Face's export has them.
import type { OnnxGraph, Value } from './onnxGraph.js';
import { quantizeColumns } from './quantizeColumns.js';
import { sideBySide, type Weight } from './sideBySide.js';

/** Weights in 32 bits, or matrices in 8 bits as onnxruntime's `quantize_dynamic` stores and multiplies them. */
export type Precision = 'float32' | 'int8';

/** A model's parameters by path. */
export type Weights = ReadonlyMap<string, Weight>;

/** Sizes of a stack of Transformer blocks. */
export interface StackShape {
  /** Size of the hidden states. */
  readonly dModel: number;
  /** How many heads share it. */
  readonly numHeads: number;
}

/** Writes layers into a graph, with the weights of our modules. */
export class TransformerGraph {
  readonly graph: OnnxGraph;
  readonly #weights: Weights;
  readonly #precision: Precision;
  /** The 8-bit form of each value that was multiplied already. */
  readonly #quantized = new Map<Value, readonly Value[]>();

  constructor(graph: OnnxGraph, weights: Weights, precision: Precision) {
    this.graph = graph;
    this.#weights = weights;
    this.#precision = precision;
  }

  /** A parameter as a tensor of the file. */
  parameter(path: string): Value {
    const { values, shape } = this.weight(path);
    return this.graph.tensor(path, values, shape);
  }

  /** A parameter's numbers. */
  weight(path: string): Weight {
    const weight = this.#weights.get(path);
    if (weight === undefined) throw new Error(`TransformerGraph: the model has no parameter ${path}.`);
    return weight;
  }

  /** x · weight + bias; several paths are layers side by side, their outputs joined along the last axis. */
  linear(x: Value, ...paths: readonly [string, ...string[]]): Value {
    const name = paths.join('|');
    const weight = sideBySide(paths.map((path) => this.weight(`${path}.weight`)));
    const bias = sideBySide(paths.map((path) => this.weight(`${path}.bias`)));
    return this.graph.node('Add', [
      this.product(x, `${name}.weight`, weight),
      this.graph.tensor(`${name}.bias`, bias.values, bias.shape),
    ]);
  }

  /**
   * x · weight
   *
   * @param transposed whether the weight is stored [out, in]; then x must be a matrix
   */
  product(x: Value, name: string, { values, shape }: Weight, transposed = false): Value {
    const { graph } = this;
    const [inSize, outSize] = (transposed ? [shape[1], shape[0]] : shape) as [number, number];
    if (this.#precision === 'float32') {
      const weight = graph.tensor(name, values, shape);
      return transposed ? graph.node('Gemm', [x, weight], { transB: 1 }) : graph.node('MatMul', [x, weight]);
    }
    const quantized = quantizeColumns(values, [inSize, outSize], transposed);
    const weight = graph.tensor(`${name}:int8`, quantized.values, [inSize, outSize]);
    const weightScales = graph.tensor(`${name}:scales`, quantized.scales, [outSize]);
    const [input, inputScale, inputZero] = this.#quantize(x);
    const product = graph.node('Cast', [graph.node('MatMulInteger', [input, weight, inputZero])], { to: 1 });
    return graph.node('Mul', [product, graph.node('Mul', [inputScale, weightScales])]);
  }

  /** [...], int64 ids -> [..., dModel]: rows of the table under `path`. */
  embedding(ids: Value, path: string): Value {
    return this.graph.node('Gather', [this.parameter(`${path}.weight`), ids]);
  }

  /** Normalises the last axis. */
  layerNorm(x: Value, path: string, epsilon: number): Value {
    const inputs = [x, this.parameter(`${path}.weight`), this.parameter(`${path}.bias`)];
    return this.graph.node('LayerNormalization', inputs, { axis: -1, epsilon: { float: epsilon } });
  }

  /** The Gaussian error linear unit, exact or in its tanh approximation. */
  gelu(x: Value, approximate: 'none' | 'tanh'): Value {
    return this.graph.node('Gelu', [x], { approximate });
  }

  /** [batch, time, dModel] -> [batch, heads, time, headSize] */
  heads(x: Value, { dModel, numHeads }: StackShape): Value {
    const split = this.graph.node('Reshape', [x, this.graph.integers(0, 0, numHeads, dModel / numHeads)]);
    return this.graph.node('Transpose', [split], { perm: [0, 2, 1, 3] });
  }

  /** softmax(query · keyᵀ / sqrt(headSize) + bias) · value, [batch, heads, time, headSize] -> [batch, time, dModel] */
  attention(parts: { query: Value; key: Value; value: Value; bias: Value }, { dModel, numHeads }: StackShape): Value {
    const { graph } = this;
    const keys = graph.node('Transpose', [parts.key], { perm: [0, 1, 3, 2] });
    const products = graph.node('MatMul', [parts.query, keys]);
    const scores = graph.node('Div', [products, graph.scalar(Math.sqrt(dModel / numHeads))]);
    const weights = graph.node('Softmax', [graph.node('Add', [scores, parts.bias])], { axis: -1 });
    const context = graph.node('Transpose', [graph.node('MatMul', [weights, parts.value])], { perm: [0, 2, 1, 3] });
    return graph.node('Reshape', [context, graph.integers(0, 0, dModel)]);
  }

  #quantize(x: Value): readonly [Value, Value, Value] {
    const known = this.#quantized.get(x) ?? this.graph.nodes('DynamicQuantizeLinear', [x], 3);
    this.#quantized.set(x, known);
    return known as readonly [Value, Value, Value];
  }
}
