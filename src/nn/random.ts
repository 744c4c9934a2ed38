import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { hash32 } from '../ops/hash.js';

/** A place in a random stream: plain numbers that survive JSON. */
export type RandomState = readonly number[];

/** A seeded stream of random numbers (xoroshiro128+). One seed gives one stream, on every backend and machine. */
export class RandomStream {
  #generator: JumpableRandomGenerator;

  /** @param seed a 32-bit integer, or the state of a stream to be continued */
  constructor(seed: number | RandomState) {
    this.#generator = typeof seed === 'number' ? xoroshiro128plus(hash32(seed)) : xoroshiro128plusFromState(seed);
  }

  /** A stream that differs from run to run, for callers who gave no seed. */
  static unseeded(): RandomStream {
    return new RandomStream(Math.floor(Math.random() * 2 ** 32));
  }

  /** An unsigned 32-bit integer: also a seed for something else. */
  nextSeed(): number {
    return this.#generator.next() >>> 0;
  }

  /** A number in [0, 1). */
  nextUniform(): number {
    const high = this.nextSeed() >>> 5;
    const low = this.nextSeed() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A standard normal number (Box and Muller 1958). */
  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextUniform()));
    return radius * Math.cos(2 * Math.PI * this.nextUniform());
  }

  /** Where the stream is now: `new RandomStream(state)` goes on from here. */
  state(): RandomState {
    return [...this.#generator.getState()];
  }
}
