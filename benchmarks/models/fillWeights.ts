import { type AnyModule, namedParameters } from 'sesame-nlp/nn';
import type { Precision } from '../onnx/transformerGraph.js';

/** Standard deviation of matrices and embeddings, as in GPT-2 and BERT. */
const DEVIATION = 0.02;

/**
 * Gives a model random weights; biases and norms get numbers of their own too, since a peer that lost a bias would agree
 * with one of zeros.
 *
 * @param precision of matrices and embeddings; there are never floats of them all where they are rounded
 */
export async function fillWeights(model: AnyModule, seed: number, precision: Precision = 'float32'): Promise<void> {
  let state = seed;
  for (const [path, parameter] of namedParameters(model)) {
    const scalesNorm = /norm\.weight$/i.test(path);
    const [center, limit] = scalesNorm ? [1, 0.2] : [0, DEVIATION * Math.sqrt(3)];
    const numbers = new Float32Array(parameter.size);
    state = (Math.imul(state, 0x9e3779b1) + 1) | 0 || 1;
    for (let i = 0; i < numbers.length; i++) {
      // Marsaglia's xorshift: uniform over all integers but 0.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      numbers[i] = center + (limit * state) / 0x80000000;
    }
    if (precision === 'int8' && parameter.encodable) await parameter.quantize(numbers);
    else parameter.assign(numbers);
  }
}
