// An ONNX graph under construction, and the file it becomes. Field numbers are those of onnx.proto3.
import { bytes, float, integer, message, type Pieces, text } from './protobuf.js';

/** Element types, by their numbers in ONNX. */
const ELEMENT_TYPES = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;

/** The name of an element type. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A value's name in the graph. */
export type Value = string;

/** A dimension: a length, or the name of one that is known at run time only. */
export type Dimension = number | string;

/** A node's settings: whole numbers are integers, unless they are given as `{ float }`. */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | { readonly float: number }>>;

const ARRAYS = {
  float: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
} as const;

/** The typed arrays that hold a tensor of the graph. */
export type TensorData = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

const IR_VERSION = 9;
const OPSET = 20;

/** Builds a graph node by node: what a node computes is the name that `node` returns. */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: Pieces[] = [];
  readonly #tensors = new Map<Value, Pieces>();
  readonly #inputs: Pieces[] = [];
  readonly #outputs: Pieces[] = [];
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Declares an input. */
  input(name: Value, type: ElementType, shape: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Declares that a value is an output, under another name. */
  output(name: Value, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.#nodes.push(nodeProto('Identity', [value], [name], {}));
    this.#outputs.push(valueInfo(name, type, shape));
  }

  /** A tensor of the file; the data is borrowed until the file is written. */
  tensor(name: Value, data: TensorData, shape: readonly number[]): Value {
    if (!this.#tensors.has(name)) this.#tensors.set(name, tensorProto(name, data, shape));
    return name;
  }

  /** Whole numbers as a constant, [numbers.length]. */
  integers(...numbers: readonly number[]): Value {
    return this.tensor(`int64:${numbers.join()}`, BigInt64Array.from(numbers, BigInt), [numbers.length]);
  }

  /** A scalar constant. */
  scalar(value: number, type: 'float' | 'int64' = 'float'): Value {
    const data = type === 'float' ? Float32Array.of(value) : BigInt64Array.of(BigInt(value));
    return this.tensor(`${type}:${value}`, data, []);
  }

  /** A node with one output. */
  node(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.nodes(operator, inputs, 1, attributes)[0]!;
  }

  /** A node with several outputs. */
  nodes(operator: string, inputs: readonly Value[], numOutputs: number, attributes: Attributes = {}): Value[] {
    const outputs = Array.from({ length: numOutputs }, () => `v${this.#count++}`);
    this.#nodes.push(nodeProto(operator, inputs, outputs, attributes));
    return outputs;
  }

  /** The bytes of the file. */
  file(): Pieces {
    const graph = [
      ...this.#nodes.flatMap((node) => message(1, node)),
      ...text(2, this.#name),
      ...[...this.#tensors.values()].flatMap((tensor) => message(5, tensor)),
      ...this.#inputs.flatMap((input) => message(11, input)),
      ...this.#outputs.flatMap((output) => message(12, output)),
    ];
    return [
      ...integer(1, IR_VERSION),
      ...text(2, 'sesame-nlp benchmarks'),
      ...message(7, graph),
      ...message(8, integer(2, OPSET)),
    ];
  }
}

function nodeProto(operator: string, inputs: readonly Value[], outputs: readonly Value[], attributes: Attributes) {
  return [
    ...inputs.flatMap((input) => text(1, input)),
    ...outputs.flatMap((output) => text(2, output)),
    ...text(4, operator),
    ...Object.entries(attributes).flatMap(([name, value]) => message(5, attributeProto(name, value))),
  ];
}

function attributeProto(name: string, value: Attributes[string]): Pieces {
  const kind = (type: number) => integer(20, type);
  if (typeof value === 'number') return [...text(1, name), ...integer(3, value), ...kind(2)];
  if (typeof value === 'string') return [...text(1, name), ...text(4, value), ...kind(3)];
  if ('float' in value) return [...text(1, name), ...float(2, value.float), ...kind(1)];
  return [...text(1, name), ...value.flatMap((entry) => integer(8, entry)), ...kind(7)];
}

function tensorProto(name: string, data: TensorData, shape: readonly number[]): Pieces {
  const [type] = Object.entries(ARRAYS).find(([, kind]) => data instanceof kind)!;
  return [
    ...shape.flatMap((length) => integer(1, length)),
    ...integer(2, ELEMENT_TYPES[type as keyof typeof ARRAYS]),
    ...text(8, name),
    ...bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): Pieces {
  const dimensions = shape.flatMap((length) =>
    message(1, typeof length === 'number' ? integer(1, length) : text(2, length)),
  );
  const tensor = [...integer(1, ELEMENT_TYPES[type]), ...message(2, dimensions)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}
