// Floats to whole numbers of 8 bits and into the order in which products read them: plain arrays, so that a weight which
// comes out of a file or of an initializer never lies in the backend's memory as floats.

/** Outputs of a panel, and inputs of a step. */
export const [OUTPUTS, STEP] = [4, 16];
/** The largest code. -128 is not used, so that a code and its opposite are both there. */
export const LARGEST_CODE = 127;

/** A number that has no digits behind the point, so that adding it rounds: far faster than Math.round. */
const ROUNDING = 1.5 * 2 ** 52;

/** A matrix as 8-bit codes: weight ~ code * scale of its output. */
export interface Int8Codes {
  /** Two's complement, [ceil(outputs / 4), ceil(inputs / 16), 4, 16]; zeros where there is no weight. */
  readonly codes: Uint8Array;
  /** One for each output, [ceil(outputs / 4) * 4]; NaN for one that has NaN or an infinity among its weights. */
  readonly scales: Float32Array;
}

/** How near an encoded matrix is to the floats that it was made of. */
export interface EncodingError {
  /** |encoded - floats| / |floats|, lengths of vectors: 0 is exact. */
  readonly relativeError: number;
  /** The cosine of the angle between the two: 1 is exact. */
  readonly cosine: number;
}

/**
 * Rounds a matrix to 8-bit codes, each output with a scale of its own: the largest of its weights is ±127.
 *
 * @param values row-major
 * @param shape of the matrix
 * @param outputAxis which axis of the shape counts outputs
 */
export function toInt8Codes(
  values: Float32Array,
  shape: readonly [number, number],
  outputAxis: 0 | 1,
): Int8Codes & EncodingError {
  const [outputs, inputs] = [shape[outputAxis], shape[1 - outputAxis]!];
  const [outputStride, inputStride] = outputAxis === 0 ? [inputs, 1] : [1, outputs];
  const { codes, scales } = emptyLayout(outputs, inputs);
  let [product, square, codedSquare] = [0, 0, 0];
  const weights = new Float64Array(inputs); // those of one output, side by side
  for (let output = 0; output < outputs; output++) {
    let [largest, nothing] = [0, 0];
    for (let input = 0, at = output * outputStride; input < inputs; input++, at += inputStride) {
      const weight = values[at]!;
      weights[input] = weight;
      const magnitude = Math.abs(weight);
      nothing += magnitude - magnitude; // NaN for NaN and infinities
      if (magnitude > largest) largest = magnitude;
    }
    const scale = Math.fround(largest / LARGEST_CODE);
    scales[output] = nothing === 0 ? scale : Number.NaN;
    square += nothing; // so that the error is NaN too
    if (scale === 0 || nothing !== 0) continue;
    const inverse = 1 / scale;
    let [outputProduct, codeSquare] = [0, 0];
    let place = outputPlace(output, inputs);
    for (let first = 0; first < inputs; first += STEP, place += OUTPUTS * STEP) {
      const count = Math.min(STEP, inputs - first);
      for (let i = 0; i < count; i++) {
        const weight = weights[first + i]!;
        const code = (weight * inverse + ROUNDING - ROUNDING) | 0; // at most ±127: the largest's share, rounded to float32
        codes[place + i] = code; // a negative one wraps: two's complement
        outputProduct += weight * code;
        codeSquare += code * code;
        square += weight * weight;
      }
    }
    product += outputProduct * scale;
    codedSquare += codeSquare * scale * scale;
  }
  return { codes, scales, ...errorOf(product, square, codedSquare) };
}

/**
 * Puts codes that lie row by row into the order in which products read them.
 *
 * @param rows [outputs, inputs]
 * @param scales [outputs]
 */
export function layInt8Rows(rows: Int8Array, scales: Float32Array, outputs: number, inputs: number): Int8Codes {
  const layout = emptyLayout(outputs, inputs);
  layout.scales.set(scales);
  for (let output = 0; output < outputs; output++) {
    const start = outputPlace(output, inputs);
    for (let input = 0; input < inputs; input++) {
      layout.codes[start + inputPlace(input)] = rows[output * inputs + input]!;
    }
  }
  return layout;
}

/** The opposite of `layInt8Rows`. */
export function takeInt8Rows({ codes, scales }: Int8Codes, outputs: number, inputs: number) {
  const rows = new Int8Array(outputs * inputs);
  for (let output = 0; output < outputs; output++) {
    const start = outputPlace(output, inputs);
    for (let input = 0; input < inputs; input++) rows[output * inputs + input] = codes[start + inputPlace(input)]!;
  }
  return { rows, scales: scales.slice(0, outputs) };
}

function emptyLayout(outputs: number, inputs: number): Int8Codes {
  const panels = Math.ceil(outputs / OUTPUTS);
  return {
    codes: new Uint8Array(panels * OUTPUTS * Math.ceil(inputs / STEP) * STEP),
    scales: new Float32Array(panels * OUTPUTS),
  };
}

/** Where the weight of an output for the first input lies. */
function outputPlace(output: number, inputs: number): number {
  const panelSize = OUTPUTS * Math.ceil(inputs / STEP) * STEP;
  return Math.floor(output / OUTPUTS) * panelSize + (output % OUTPUTS) * STEP;
}

/** How far behind that the weight for an input lies. */
function inputPlace(input: number): number {
  return Math.floor(input / STEP) * OUTPUTS * STEP + (input % STEP);
}

function errorOf(product: number, square: number, codedSquare: number): EncodingError {
  if (square === 0) return { relativeError: 0, cosine: 1 };
  const difference = Math.max(0, square - 2 * product + codedSquare);
  return {
    relativeError: Math.sqrt(difference / square),
    cosine: product / Math.sqrt(square * codedSquare),
  };
}
