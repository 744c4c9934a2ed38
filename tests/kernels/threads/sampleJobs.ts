// A job for every kernel: large enough to be shared out, and of sizes that no block divides.
import { RandomStream } from 'sesame-nlp/nn';
import type { KernelExports, KernelName } from '../../../src/kernels/wasm/kernelModule.js';

/** What a kernel is called with. */
export interface SampleJob {
  readonly items: number;
  readonly settings: readonly number[];
  /** Bytes that each thread needs. */
  readonly scratch?: number;
}

/** Memory in which jobs find their numbers, one after the other. */
export class Room {
  readonly #buffer: ArrayBufferLike;
  readonly #random = new RandomStream(7);
  #end = 64;

  constructor(buffer: ArrayBufferLike) {
    this.#buffer = buffer;
  }

  /** How many bytes are taken. */
  get end(): number {
    return this.#end;
  }

  /** The address of so many floats, for results. */
  floats(count: number): number {
    const address = this.#end;
    this.#end = Math.ceil((address + 4 * count) / 16) * 16;
    return address;
  }

  /** The address of random numbers. */
  normals(count: number): number {
    return this.#put(Float32Array.from({ length: count }, () => this.#random.nextNormal()));
  }

  /** The address of numbers in [0, 1). */
  uniforms(count: number): number {
    return this.#put(Float32Array.from({ length: count }, () => this.#random.nextUniform()));
  }

  /** The address of numbers in [0, 1), of double precision. */
  doubles(count: number): number {
    return this.#put(Float64Array.from({ length: count }, () => this.#random.nextUniform()));
  }

  /** The address of zeros and ones. */
  mask(count: number): number {
    return this.#put(Float32Array.from({ length: count }, () => Number(this.#random.nextUniform() < 0.8)));
  }

  /** The address of whole numbers below a bound. */
  ids(count: number, below: number): number {
    return this.words(Array.from({ length: count }, () => this.#random.nextSeed() % below));
  }

  /** The address of so many random bytes. */
  codes(count: number): number {
    return this.words(Array.from({ length: Math.ceil(count / 4) }, () => this.#random.nextSeed()));
  }

  /** The address of these whole numbers. */
  words(values: readonly number[]): number {
    return this.#put(Uint32Array.from(values));
  }

  #put(values: Float32Array | Float64Array | Uint32Array): number {
    const address = this.floats(values.byteLength / 4);
    new Uint8Array(this.#buffer, address, values.byteLength).set(new Uint8Array(values.buffer));
    return address;
  }
}

const COUNT = 20_003;
const [ROWS, SIZE] = [203, 157];
/** Numbers of the assembly: of the function gelu, and of the columns that sums and scatters take at once. */
const GELU = 2;
const [SUM_COLUMNS, SCATTER_COLUMNS] = [16, 64];

const [HEADS, QUERIES, KEYS, HEAD_SIZE, VALUE_SIZE] = [6, 37, 45, 19, 13];

/** Settings of attention up to its outputs: 3 times 2 heads, a mask, a bias that all queries share, dropout. */
function attentionSettings(room: Room): number[] {
  const inputs = [QUERIES * HEAD_SIZE, KEYS * HEAD_SIZE, KEYS * VALUE_SIZE].map((size) => room.normals(HEADS * size));
  const bias = [room.normals(2 * KEYS), 0, 4 * KEYS, 0, 4];
  const sizes = [2, QUERIES, KEYS, HEAD_SIZE, VALUE_SIZE];
  return [...sizes, ...inputs, room.mask(3 * KEYS), ...bias, 1, 0.2, 99, 2 ** 29, 8 / 7];
}

/** Settings of a product of few rows: 2 x 163 by 163 x 1037, with a bias, gelu and a residual. */
function fewRowsSettings(room: Room): number[] {
  const [rows, columns, depth] = [2, 1037, 163];
  const [a, b, bias] = [room.normals(rows * depth), room.normals(1040 * depth), room.normals(columns)];
  return [rows, columns, depth, a, b, room.floats(rows * columns), bias, GELU, room.normals(rows * columns)];
}

/** Settings of a convolution of 5 taps over 4 texts of 61 steps. */
function convolutionSettings(room: Room): number[] {
  return [61, SIZE, 5, 1, room.normals(4 * 61 * SIZE), room.normals(5 * SIZE), room.floats(4 * 61 * SIZE)];
}

/** Makes a job in a room. */
export const SAMPLE_JOBS: Readonly<Record<KernelName, (room: Room, exports: KernelExports) => SampleJob>> = {
  activation: (room) => ({ items: COUNT, settings: [GELU, room.normals(COUNT), room.floats(COUNT)] }),
  activationGrad: (room) => ({
    items: COUNT,
    settings: [GELU, room.normals(COUNT), room.normals(COUNT), room.floats(COUNT)],
  }),
  adam: (room) => {
    const inPlace = [room.normals(COUNT), room.normals(COUNT), room.normals(COUNT), room.uniforms(COUNT)];
    return { items: COUNT, settings: [...inPlace, 0.9, 0.999, 1e-8, 0.01, 0.99, 0.1, 0.7] };
  },
  arithmetic: (room) => {
    const count = 3 * COUNT; // fewer are not worth sharing
    return { items: count, settings: [1, room.normals(count), room.normals(count), room.floats(count)] };
  },
  attention: (room, exports) => ({
    items: HEADS,
    settings: [...attentionSettings(room), room.floats(HEADS * QUERIES * VALUE_SIZE), room.floats(HEADS * QUERIES)],
    scratch: exports.attentionScratch(KEYS, HEAD_SIZE, VALUE_SIZE),
  }),
  attentionGrad: (room, exports) => {
    const given = [QUERIES * VALUE_SIZE, QUERIES, QUERIES * VALUE_SIZE].map((size) => room.normals(HEADS * size));
    const gradients = [QUERIES * HEAD_SIZE, KEYS * HEAD_SIZE, KEYS * VALUE_SIZE].map((n) => room.floats(HEADS * n));
    return {
      items: HEADS,
      settings: [...attentionSettings(room), ...given, ...gradients, 0],
      scratch: exports.attentionGradScratch(KEYS, HEAD_SIZE, VALUE_SIZE),
    };
  },
  attentionOfRows: (room) => {
    const rows = HEADS * QUERIES;
    const pieces = [20, 25].flatMap((tokens) => [
      room.normals(HEADS * tokens * HEAD_SIZE),
      room.normals(HEADS * tokens * VALUE_SIZE),
      tokens,
    ]);
    const inputs = [room.normals(rows * HEAD_SIZE), room.words(pieces), 2, room.mask(3 * KEYS)];
    const outputs = [room.floats(rows * VALUE_SIZE), room.floats(rows), 0];
    return {
      items: rows,
      settings: [2, QUERIES, KEYS, HEAD_SIZE, VALUE_SIZE, ...inputs, 0, 0, 0, 0, 0, 1, 0.2, ...outputs],
      scratch: 4 * KEYS,
    };
  },
  causalConvolution: (room) => ({ items: 4 * 61, settings: convolutionSettings(room) }),
  causalConvolutionGrad: (room) => ({ items: 4 * 61, settings: convolutionSettings(room) }),
  causalConvolutionTapsGrad: (room) => ({
    items: 5 * Math.ceil(SIZE / 4),
    settings: [4, 61, SIZE, 5, room.normals(4 * 61 * SIZE), room.normals(4 * 61 * SIZE), room.floats(5 * SIZE)],
  }),
  chooseTokens: (room, exports) => ({
    items: 9,
    settings: [997, room.normals(9 * 997), 0.8, 50, 0.9, room.doubles(9), room.floats(9)],
    scratch: exports.chooseTokensScratch(997),
  }),
  columnSums: (room) => ({
    items: Math.ceil(1037 / SUM_COLUMNS),
    settings: [ROWS, 1037, room.normals(ROWS * 1037), room.floats(1037)],
  }),
  concatenate: (room) => {
    const lengths = [37, 200];
    const pieces = lengths.flatMap((length) => [room.normals(ROWS * length), 4 * length]);
    return { items: ROWS, settings: [2, 4 * 237, room.words(pieces), room.floats(ROWS * 237)] };
  },
  crossEntropy: (room) => ({
    items: ROWS,
    settings: [SIZE, room.normals(ROWS * SIZE), room.ids(ROWS, SIZE), 3, 0.1, room.floats(ROWS), room.floats(ROWS)],
  }),
  crossEntropyGrad: (room) => {
    const [dy, logits, labels, sums] = [room.normals(ROWS), room.normals(ROWS * SIZE), room.ids(ROWS, SIZE), ROWS];
    return { items: ROWS, settings: [SIZE, dy, logits, labels, room.uniforms(sums), 3, 0.1, room.floats(ROWS * SIZE)] };
  },
  decodeInt8: (room) => ({
    items: 1037,
    settings: [163, room.codes(1040 * 176), room.uniforms(1040), room.floats(1037 * 163), 4 * 163, 4],
  }),
  dropout: (room) => ({ items: COUNT, settings: [-5, 2 ** 30, 4 / 3, room.normals(COUNT), room.floats(COUNT)] }),
  embeddingLookup: (room) => ({
    items: 1999,
    settings: [50, SIZE, room.normals(50 * SIZE), room.ids(1999, 50), room.floats(1999 * SIZE)],
  }),
  layerNorm: (room) => ({
    items: ROWS,
    settings: [
      ...[SIZE, room.normals(ROWS * SIZE), room.normals(SIZE), room.normals(SIZE), 1e-5],
      ...[room.floats(ROWS * SIZE), room.floats(ROWS), room.floats(ROWS)],
    ],
  }),
  lookUpInt8: (room) => ({
    items: 1999,
    settings: [50, SIZE, room.codes(52 * 160), room.uniforms(52), room.ids(1999, 50), room.floats(1999 * SIZE)],
  }),
  lookUpPacked: (room) => ({
    items: 1999,
    settings: [50, SIZE, room.normals(64 * SIZE), room.ids(1999, 50), room.floats(1999 * SIZE)],
  }),
  multiplyFewRows: (room) => ({ items: Math.ceil(1037 / 272), settings: [...fewRowsSettings(room), 272] }),
  multiplyFewRowsPacked: (room) => ({ items: Math.ceil(1037 / 16), settings: fewRowsSettings(room) }),
  multiplyFewRowsTransposed: (room) => ({ items: 1037, settings: fewRowsSettings(room) }),
  multiplyInt8: (room) => {
    // 203 x 163 by 163 x 1037, in blocks of 128 rows by 4 outputs.
    const [rows, columns, depth] = [ROWS, 1037, 163];
    const inputs = [room.codes(2 * rows * 176), room.uniforms(rows), 0, room.codes(1040 * 176), room.uniforms(1040)];
    const rest = [room.floats(rows * columns), room.normals(columns), GELU, room.normals(rows * columns)];
    return {
      items: 2 * Math.ceil(columns / 4),
      settings: [rows, 128, columns, depth, ...inputs, ...rest],
      scratch: 2 * 4 * 176 + 32,
    };
  },
  multiplyTiles: (room) => {
    // 2 products of 250 x 100 by 100 x 90, A transposed; blocks of 120 rows by 2 panels of 16 columns.
    const [rows, columns, depth] = [250, 90, 100];
    const inputs = [room.normals(2 * rows * depth), 4, 4 * rows, 4 * rows * depth];
    const panels = [room.normals(2 * 96 * depth), 4 * 96 * depth];
    const output = [room.floats(2 * rows * columns), 4 * columns, 4 * rows * columns];
    const rest = [room.normals(columns), GELU, room.normals(2 * rows * columns)];
    return {
      items: 2 * 3 * 3,
      settings: [3, 3, 120, 2, rows, columns, depth, ...inputs, ...panels, ...output, ...rest],
      scratch: (120 * 272 + 48) * 4,
    };
  },
  newtonSchulz: (room, exports) => {
    const shapes = [
      [40, 40],
      [24, 90],
      [90, 24],
    ] as const;
    const entries = shapes.flatMap(([rows, columns]) => [
      room.normals(rows * columns),
      ...[rows, columns, room.floats(rows * columns)],
    ]);
    const scratch = Math.max(...shapes.map(([rows, columns]) => exports.newtonSchulzScratch(rows, columns)));
    return { items: shapes.length, settings: [3, room.normals(9), room.words(entries)], scratch };
  },
  normals: (room) => {
    const widths = new Uint32Array(Float64Array.from({ length: 128 }, (_, layer) => (layer + 1) / 2 ** 30).buffer);
    const [width, inside] = [room.words([...widths]), room.words(Array.from({ length: 128 }, () => 2 ** 23))];
    const outputs = [room.floats(9 * 4096), room.floats(9 * 257)];
    return { items: 9, settings: [0, 8 * 4096 + 7, 12345, 678, 0.02, width, inside, ...outputs] };
  },
  normGrad: (room) => ({
    items: ROWS,
    settings: [
      ...[SIZE, room.normals(ROWS * SIZE), room.normals(ROWS * SIZE), room.normals(SIZE)],
      ...[room.normals(ROWS), room.normals(ROWS), room.floats(ROWS * SIZE)],
    ],
  }),
  normWeightGrad: (room) => ({
    items: Math.ceil(SIZE / SUM_COLUMNS),
    settings: [
      ...[1999, SIZE, room.normals(1999 * SIZE), room.normals(1999 * SIZE)],
      ...[room.normals(1999), room.normals(1999), room.floats(SIZE), room.floats(SIZE)],
    ],
  }),
  packPanels: (room) => ({
    items: 4 * Math.ceil(SIZE / 16),
    settings: [room.normals(4 * ROWS * SIZE), 4 * SIZE, 4, 4 * ROWS * SIZE, ROWS, SIZE, room.floats(4 * ROWS * 160)],
  }),
  rmsNorm: (room) => ({
    items: 1999,
    settings: [SIZE, room.normals(1999 * SIZE), room.normals(SIZE), 1e-5, room.floats(1999 * SIZE), room.floats(1999)],
  }),
  rotary: (room) => {
    const [heads, time, size] = [4, 61, 38];
    const inputs = [room.normals(3 * heads * time * size), room.normals(time * size), room.normals(time * size)];
    const y = room.floats(3 * heads * time * size);
    return { items: 3 * heads * time, settings: [heads, time, size, ...inputs, 0, -1, y] };
  },
  roundActivations: (room) => ({
    items: ROWS,
    settings: [SIZE, 8191, room.normals(ROWS * SIZE), room.codes(2 * ROWS * 160), room.floats(ROWS)],
  }),
  roundActivationsCoarsely: (room) => {
    const [x, codes] = [room.normals(ROWS * SIZE), room.codes(2 * ROWS * 160)];
    return { items: ROWS, settings: [SIZE, 0, x, codes, room.floats(ROWS), room.floats(ROWS)] };
  },
  scatterAdd: (room) => ({
    items: Math.ceil(1037 / SCATTER_COLUMNS),
    settings: [ROWS, 50, 1037, room.normals(ROWS * 1037), room.ids(ROWS, 50), room.normals(50 * 1037)],
  }),
  softmax: (room) => {
    const masks = [room.mask(SIZE), room.mask(SIZE)];
    const maskRows = room.words(Array.from({ length: ROWS }, (_, row) => masks[row % 2]!));
    return { items: ROWS, settings: [SIZE, room.normals(ROWS * SIZE), maskRows, room.floats(ROWS * SIZE)] };
  },
  softmaxGrad: (room) => ({
    items: ROWS,
    settings: [SIZE, room.normals(ROWS * SIZE), room.uniforms(ROWS * SIZE), room.floats(ROWS * SIZE)],
  }),
  sumsOfSquares: (room) => ({ items: 17, settings: [16 * 4096 + 3, room.normals(16 * 4096 + 3), room.floats(2 * 17)] }),
  swapMiddleAxes: (room) => ({
    items: 3 * 61 * 13,
    settings: [61, 13, 19, room.normals(3 * 61 * 13 * 19), room.floats(3 * 61 * 13 * 19)],
  }),
  transposeMatrices: (room) => ({
    items: 2 * Math.ceil(ROWS / 32),
    settings: [ROWS, SIZE, room.normals(2 * ROWS * SIZE), room.floats(2 * ROWS * SIZE)],
  }),
  unpackPanels: (room) => ({
    items: Math.ceil(SIZE / 16),
    settings: [room.normals(ROWS * 160), 4 * SIZE, 4, ROWS, SIZE, room.floats(ROWS * SIZE)],
  }),
};
