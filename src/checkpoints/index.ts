export type { CheckpointFolder, CheckpointStore } from './checkpointStore.js';
