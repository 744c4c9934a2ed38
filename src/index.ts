export * from './errors/index.js';
export * from './heads/index.js';
export * from './layers/index.js';
export * from './models/index.js';
export * from './nn/index.js';
export * from './ops/index.js';
