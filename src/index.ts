/**
 * Everything but what touches files or the terminal; that is in `checkpoints/node`, `data/node` and `training/node`.
 *
 * @module sesame-nlp
 */
export * from './backends/index.js';
export * from './data/index.js';
export * from './errors/index.js';
export * from './generation/index.js';
export * from './heads/index.js';
export * from './layers/index.js';
export * from './metrics/index.js';
export * from './models/index.js';
export * from './nn/index.js';
export * from './ops/index.js';
export * from './pretrained/index.js';
export * from './segmentation/index.js';
export * from './tasks/index.js';
export * from './tokenizers/index.js';
export * from './training/index.js';
