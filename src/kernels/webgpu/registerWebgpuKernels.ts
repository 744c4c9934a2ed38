import { backend, getBackend, getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { BackendError } from '../../errors/index.js';
import { activationKernels } from './activationKernels.js';
import { attentionKernels } from './attentionKernels.js';
import { chunkedAttentionKernels } from './chunkedAttentionKernels.js';
import { int8Kernels } from './int8Kernels.js';
import { freeAllWords } from './int8Words.js';
import { BACKEND } from './kernelDefinition.js';
import { linearKernels } from './linearKernels.js';
import { normKernels } from './normKernels.js';
import { runsPrograms } from './tfjsProgram.js';

const kernels = [
  ...activationKernels,
  ...attentionKernels,
  ...chunkedAttentionKernels,
  ...int8Kernels,
  ...linearKernels,
  ...normKernels,
];

/**
 * Registers shaders of this library on tfjs's webgpu backend, which must be the current one. From then on attention,
 * layerNorm, activations, what follows a linear map, and products with 8-bit weights run in them instead of in
 * compositions of tfjs's. A kernel that somebody else registered for one of these ops stays.
 * `selectBackend('webgpu', { kernels: true })` calls it.
 *
 * @returns whether they are registered now; if this version of tfjs does not run them, a warning says so, and everything
 *   goes on with the compositions
 * @throws BackendError if webgpu is not the current backend
 */
export async function registerWebgpuKernels(): Promise<boolean> {
  if (getBackend() !== BACKEND) {
    throw new BackendError(
      `registerWebgpuKernels: the backend in use is ${getBackend()}.\nSelect webgpu first: await selectBackend('webgpu').`,
      { value: getBackend() },
    );
  }
  if (!(await runsPrograms(backend()))) {
    warn('this version of @tensorflow/tfjs-backend-webgpu runs shaders in another way (4.22 is known to work)');
    return false;
  }
  for (const kernel of kernels) if (!getKernel(kernel.kernelName, BACKEND)) registerKernel(kernel);
  return true;
}

/** Takes the shaders away: everything is composed of tfjs's again. */
export function unregisterWebgpuKernels(): void {
  for (const { kernelName, kernelFunc } of kernels) {
    if (getKernel(kernelName, BACKEND)?.kernelFunc === kernelFunc) unregisterKernel(kernelName, BACKEND);
  }
  freeAllWords();
}

let warned = false;

/** Once is enough: everything works, only slower. */
function warn(reason: string): void {
  if (!warned) console.warn(`sesame-nlp: the webgpu kernels are not used, ${reason}.`);
  warned = true;
}
