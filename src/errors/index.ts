export {
  BackendError,
  CheckpointError,
  ConfigError,
  DataError,
  type DataErrorOptions,
  SesameError,
  type SesameErrorOptions,
  ShapeError,
  TokenizerError,
  TrainingError,
} from './errors.js';
export { nearestName, rejectUnknownOptions } from './nearestName.js';
