export { type AdamOptions, adam } from './adam.js';
export { type AdamWOptions, adamW } from './adamW.js';
export type { Batches, BatchIterable, DataPosition, ResumableBatches } from './batches.js';
export { type BatchMetric, type EvaluatedBatch, type Measured, ofBatches } from './batchMetric.js';
export type {
  CallbackAnswer,
  CallbackState,
  CheckpointReport,
  EndReport,
  StepReport,
  TrainingCallback,
  TrainingRun,
  WeightSnapshot,
} from './callbacks.js';
export { compareLanguageModels, type LanguageModelComparison } from './compareLanguageModels.js';
export { type EarlyStoppingOptions, earlyStopping } from './earlyStopping.js';
export { type EvaluateOptions, type Evaluation, evaluate, type MetricContext, type Metrics } from './evaluate.js';
export { fit } from './fit.js';
export type { CheckpointPlan, EvaluationPlan, FitOptions } from './fitOptions.js';
export type { EvaluationReport, TrainingEnding, TrainingHistory } from './history.js';
export type { JsonValue } from './json.js';
export { type MuonOptions, muon } from './muon.js';
export type { Optimizer, StagedUpdateRule, UpdateContext, UpdateRule, UpdateTensors } from './optimizer.js';
export type { ParameterGroup } from './parameterGroups.js';
export {
  type CosineOptions,
  constant,
  cosine,
  type InverseSquareRootOptions,
  inverseSquareRoot,
  type LearningRate,
  type LinearWarmupOptions,
  linearWarmup,
  type Schedule,
} from './schedules.js';
export { type SgdOptions, sgd } from './sgd.js';
export type { Weight, Weights } from './weights.js';
