export { AlibiPositions } from './alibiPositions.js';
export { BigramEmbedding, type BigramEmbeddingConfig, type BigramEmbeddingOptions } from './bigramEmbedding.js';
export { Dropout } from './dropout.js';
export { Embedding, type EmbeddingConfig } from './embedding.js';
export { FeedForward, type FeedForwardConfig } from './feedForward.js';
export { headSize } from './headSize.js';
export { LayerNorm, type NormConfig } from './layerNorm.js';
export { LearnedPositions } from './learnedPositions.js';
export { Linear, type LinearCallOptions, type LinearConfig } from './linear.js';
export {
  type AttentionOutput,
  MultiHeadAttention,
  type MultiHeadAttentionConfig,
  type MultiHeadAttentionOptions,
} from './multiHeadAttention.js';
export type { AttentionPositions } from './positions.js';
export { RmsNorm } from './rmsNorm.js';
export { type RotaryConfig, RotaryPositions } from './rotaryPositions.js';
export { SinusoidalPositions } from './sinusoidalPositions.js';
export { TokenShift, type TokenShiftOptions } from './tokenShift.js';
export {
  type NormPlacement,
  TransformerBlock,
  type TransformerBlockOptions,
  type TransformerBlockOutput,
  type TransformerBlockParts,
} from './transformerBlock.js';
export { TransformerDecoder, type TransformerDecoderConfig } from './transformerDecoder.js';
export { TransformerEncoder } from './transformerEncoder.js';
export type { TransformerConfig, TransformerOptions, TransformerOutput } from './transformerStack.js';
