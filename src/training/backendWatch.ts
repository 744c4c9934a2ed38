import { backend } from '@tensorflow/tfjs-core';
import { BackendError } from '../errors/index.js';

/** The parts of tfjs's GPU backends that tell of a loss; other backends have none of them. */
interface GpuBackend {
  readonly gpgpu?: { readonly gl?: { readonly canvas: EventTarget; isContextLost(): boolean } };
  readonly device?: { readonly lost?: Promise<unknown> };
}

/**
 * Watches for the loss of the graphics card. tfjs does not: it goes on with numbers that mean nothing, or waits forever
 * for a read.
 */
export class BackendWatch {
  /** Rejects with a BackendError at the moment of the loss; never settles otherwise. */
  readonly loss: Promise<never>;
  readonly #stepsDone: () => number;
  readonly #gl: NonNullable<GpuBackend['gpgpu']>['gl'];
  readonly #onLoss: () => void;
  #lost = false;

  /** @param stepsDone how many updates were made, for the message */
  constructor(stepsDone: () => number) {
    this.#stepsDone = stepsDone;
    const { gpgpu, device } = backend() as GpuBackend;
    this.#gl = gpgpu?.gl;
    let reject: (error: BackendError) => void;
    this.loss = new Promise((_, rejectLoss) => {
      reject = rejectLoss;
    });
    this.loss.catch(() => {}); // it may come after training, when nobody waits for it
    this.#onLoss = () => {
      this.#lost = true;
      reject(this.#error());
    };
    this.#gl?.canvas.addEventListener('webglcontextlost', this.#onLoss);
    void device?.lost?.then(this.#onLoss);
  }

  /**
   * Refuses a backend that was lost; the news may not have come yet.
   *
   * @throws BackendError
   */
  check(): void {
    if (this.#lost || this.#gl?.isContextLost()) throw this.#error();
  }

  /** Stops watching. */
  stop(): void {
    this.#gl?.canvas.removeEventListener('webglcontextlost', this.#onLoss);
  }

  #error(): BackendError {
    return new BackendError(
      `fit: the browser took the graphics card's context back after step ${this.#stepsDone()}, and the weights on it ` +
        'are gone.\nReload the page and resume from the newest checkpoint, or train on the wasm backend.',
    );
  }
}
