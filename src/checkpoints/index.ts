export type { Architecture, ModelConfigJson } from './architecture.js';
export type { CheckpointFolder, CheckpointStore } from './checkpointStore.js';
export { decodeFloat32, decodeInt32 } from './decodeTensor.js';
export { readSafetensors } from './readSafetensors.js';
export type { SafetensorsFile, SafetensorsTensor } from './safetensors.js';
export type { SafetensorsDtype } from './safetensorsDtype.js';
export { type LoadWeightsOptions, loadWeights, ownNames, storeWeights, type WeightEntry } from './weightMap.js';
export { type TensorToWrite, writeSafetensors } from './writeSafetensors.js';
