export { type AttentionOptions, attention, attentionWeights } from './attention.js';
export { type CausalConvolutionOptions, causalConvolution } from './causalConvolution.js';
export {
  type ChunkedAttentionOptions,
  type ChunkedAttentionOutput,
  chunkedAttention,
  type KeyValueChunk,
} from './chunkedAttention.js';
export { type CrossEntropyOptions, countedLabels, crossEntropy, IGNORE_INDEX } from './crossEntropy.js';
export { checkDropoutRate, dropout, dropoutMask } from './dropout.js';
export { embeddingLookup } from './embeddingLookup.js';
export { EncodedMatrix, type EncodedMatrixOptions } from './encodedMatrix.js';
export { gelu, geluTanh } from './gelu.js';
export { hash32, hashSeed } from './hash.js';
export type { EncodingError, Int8Codes } from './int8Layout.js';
export { type EncodedInt8, encodeInt8, Int8Matrix, type Int8Rows, int8FromRows } from './int8Matrix.js';
export { dispatch, dispatchAll, hasKernel, type KernelAttributes, type KernelInputs, runKernel } from './kernel.js';
export { layerNorm } from './layerNorm.js';
export { type LinearOptions, linear } from './linear.js';
export { PackedMatrix, packMatrix } from './packedMatrix.js';
export { relu } from './relu.js';
export { rmsNorm } from './rmsNorm.js';
export { rotary } from './rotary.js';
export { silu } from './silu.js';
export { softmax } from './softmax.js';
export { type DifferentiableOp, withGradient } from './withGradient.js';
