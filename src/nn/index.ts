export type { KeyValueChunk } from '../ops/chunkedAttention.js';
export type { EncodingError } from '../ops/index.js';
export type {
  Backbone,
  BackboneOptions,
  BackboneOutput,
  CausalLanguageModel,
  LanguageModelOptions,
  Loss,
  TrainableModel,
} from './backbone.js';
export { type InitializeOptions, initialize } from './initialize.js';
export { type Initializer, initializers } from './initializers.js';
export { type CacheState, KeyValueCache } from './keyValueCache.js';
export { KeyValueChunks } from './keyValueChunks.js';
export {
  type AnyModule,
  type ForwardOptions,
  freeze,
  Module,
  namedModules,
  namedParameters,
  unfreeze,
} from './module.js';
export { Parameter, type ParameterOptions, type ParameterRole } from './parameter.js';
export { presentMask } from './presentMask.js';
export type { QuantizationReport, QuantizedMatrix, QuantizeOptions } from './quantization.js';
export { type RandomState, RandomStream } from './random.js';
export { RecentSteps } from './recentSteps.js';
export { type ModelSummary, type SummaryRow, summary } from './summary.js';
export { checkIdTable, type IdTable, type IdTableLimits, type TokenBatch, toIdTensor } from './tokenBatch.js';
