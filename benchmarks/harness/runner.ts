import { agreement } from './agreement.js';
import { type Contender, idOf } from './contender.js';
import { ContenderProcess } from './contenderProcess.js';
import type { Measure } from './measure.js';
import { howToInstall, versionOf } from './peers.js';
import { showProgress } from './progress.js';
import type { ContenderResult } from './results.js';

/** Results of a contender by name. */
export type Answers = ReadonlyMap<string, Float32Array>;

/** A contender in the course of a race. Once it has failed, it is out. */
export class Runner {
  readonly #contender: Contender;
  readonly #times: Map<string, number[][]>;
  readonly #limit: number | undefined;
  #process: ContenderProcess | undefined;
  #problem: string | undefined;
  #disagrees = false;
  #cosine: number | undefined;
  #peakBytes = 0;

  /** @param limit seconds that getting ready, or a task, may take */
  constructor(contender: Contender, measures: readonly Measure[], limit?: number) {
    this.#contender = contender;
    this.#times = new Map(measures.map(({ name }) => [name, []]));
    this.#limit = limit;
    const { peer } = contender;
    if (peer !== undefined && versionOf(peer) === undefined) this.#problem = `not installed: ${howToInstall(peer)}`;
  }

  /** Whether it is still in the race. */
  get runs(): boolean {
    return this.#problem === undefined;
  }

  /** Starts its process. @returns its answers, once it is ready */
  async enter(): Promise<Answers> {
    showProgress(`${idOf(this.#contender)} gets ready`);
    this.#process = new ContenderProcess(this.#contender, this.#limit);
    return this.#process.ready();
  }

  /**
   * Compares its answers with those of ours; times of different computations are worth nothing.
   *
   * @param tolerance how far they may be apart, as a share of their length
   * @throws Error if they are farther apart
   */
  compare(ours: Answers, theirs: Answers, tolerance: number): void {
    for (const [name, numbers] of theirs) {
      const expected = ours.get(name);
      if (expected === undefined) continue;
      const { cosine, distance } = agreement(expected, numbers);
      this.#cosine = Math.min(this.#cosine ?? 1, cosine);
      if (distance <= tolerance) continue;
      this.#disagrees = true;
      const differs = `${name} differs by ${(100 * distance).toFixed(1)}%, cosine ${cosine.toFixed(5)}`;
      throw new Error(`computes something else: ${differs}`);
    }
  }

  /** Lets it do a task that does not count. */
  async warmUp(task: string): Promise<void> {
    showProgress(`${idOf(this.#contender)}: ${task}, to warm up`);
    await this.#process!.turn(task);
  }

  /** Lets it do a task. */
  async takeTurn(task: string): Promise<void> {
    showProgress(`${idOf(this.#contender)}: ${task}`);
    const { times, peakBytes } = await this.#process!.turn(task);
    this.#peakBytes = Math.max(this.#peakBytes, peakBytes);
    for (const [measure, samples] of Object.entries(times)) {
      if (samples.length > 0) this.#times.get(measure)?.push([...samples]);
    }
  }

  /** Does something with it; if that fails, it is out of the race, and the race goes on. */
  async attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      await this.close();
    }
  }

  /** Lets its process end. */
  async close(): Promise<void> {
    await this.#process?.close();
  }

  /** What it did. */
  result(): ContenderResult {
    const { name, threads } = this.#contender;
    if (this.#problem !== undefined) {
      return { name, threads, problem: this.#problem, ...(this.#disagrees && { disagrees: true }), times: {} };
    }
    return {
      name,
      threads,
      peakBytes: this.#peakBytes,
      times: Object.fromEntries(this.#times),
      ...(this.#cosine === undefined ? {} : { cosine: this.#cosine }),
    };
  }
}
