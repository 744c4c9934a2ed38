/**
 * Accelerated kernels for tfjs's wasm backend.
 *
 * @module sesame-nlp/kernels/wasm
 */
export { registerWasmKernels, unregisterWasmKernels, wasmThreads } from './registerWasmKernels.js';
