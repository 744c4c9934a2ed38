export {
  BackendError,
  CheckpointError,
  ConfigError,
  SesameError,
  type SesameErrorOptions,
  ShapeError,
  TokenizerError,
  TrainingError,
} from './errors.js';
export { nearestName, rejectUnknownOptions } from './nearestName.js';
