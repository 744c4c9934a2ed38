// The kernels, on tfjs's own heap: this module imports its memory and has none of its own.
//
// A kernel does the work items `begin` to `end` of a job; a job's items are independent, so threads share them out, and
// what an item computes does not depend on who does it. `scratch` is memory that the thread may use meanwhile.
export { activation, activationGrad } from './activations';
export { arithmetic } from './arithmetic';
export {
  attention,
  attentionGrad,
  attentionGradScratch,
  attentionOfRows,
  attentionScratch,
  softmax,
  softmaxGrad,
} from './attention';
export { crossEntropy, crossEntropyGrad } from './crossEntropy';
export { dropout } from './dropout';
export { embeddingLookup, lookUpPacked, scatterAdd } from './embedding';
export {
  decodeInt8,
  lookUpInt8,
  multipliesBytes,
  multiplyInt8,
  roundActivations,
  roundActivationsCoarsely,
} from './int8';
export { concatenate, swapMiddleAxes, transposeMatrices } from './layout';
export {
  multiplyFewRows,
  multiplyFewRowsPacked,
  multiplyFewRowsTransposed,
  multiplyTiles,
  packPanels,
  unpackPanels,
} from './matrixProduct';
export { normals } from './normals';
export { layerNorm, normGrad, normWeightGrad, rmsNorm } from './norms';
export { adam, newtonSchulz, newtonSchulzScratch } from './optimizer';
export { causalConvolution, causalConvolutionGrad, causalConvolutionTapsGrad, rotary } from './positions';
export { chooseTokens, chooseTokensScratch } from './sampling';
export { columnSums, sumsOfSquares } from './sums';
