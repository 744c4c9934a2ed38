/**
 * Accelerated kernels for tfjs's webgpu backend.
 *
 * @module sesame-nlp/kernels/webgpu
 */
export { registerWebgpuKernels, unregisterWebgpuKernels } from './registerWebgpuKernels.js';
