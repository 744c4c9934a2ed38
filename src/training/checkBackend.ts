import { backend } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors/index.js';

/** The parts of tfjs's GPU backends that tell of a loss; others have none of them. */
interface GpuBackend {
  readonly gpgpu?: { readonly gl?: { isContextLost(): boolean } };
  readonly device?: { readonly lost?: Promise<unknown> };
}

/** WebGPU devices under watch, and whether they were lost. */
const devices = new WeakMap<object, { lost: boolean }>();

/**
 * Refuses a backend that lost its graphics card: tfjs goes on there with numbers that mean nothing.
 *
 * @param when for the message: 'at step 12'
 * @throws BackendError if the WebGL context or WebGPU device was lost
 */
export function checkBackend(when: string): void {
  const { gpgpu, device } = backend() as GpuBackend;
  const lost = gpgpu?.gl?.isContextLost() || (device?.lost !== undefined && isDeviceLost(device));
  if (!lost) return;
  throw new BackendError(
    `fit: the graphics card's context was lost ${when}: the browser took it back, and the weights on it are gone.\n` +
      'Reload the page and resume from the newest checkpoint, or train on the wasm backend.',
  );
}

/** A device tells of its loss by a promise only: it is watched from the first question on. */
function isDeviceLost(device: NonNullable<GpuBackend['device']>): boolean {
  let watch = devices.get(device);
  if (watch === undefined) {
    const started = { lost: false };
    device.lost?.then(() => {
      started.lost = true;
    });
    devices.set(device, started);
    watch = started;
  }
  return watch.lost;
}
