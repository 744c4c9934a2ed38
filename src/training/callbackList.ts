import { ConfigError } from '../errors/index.js';
import type { CallbackState, EndReport, TrainingCallback, TrainingRun } from './callbacks.js';

type Event = 'onStart' | 'onStep' | 'onEvaluation' | 'onCheckpoint';

/** What an event tells, without the run that every callback gets. */
type ReportOf<Name extends Event> =
  Parameters<Required<TrainingCallback>[Name]> extends [infer Report, TrainingRun] ? Report : undefined;

/** The callbacks of a training, told in their order. */
export class CallbackList {
  readonly #callbacks: readonly TrainingCallback[];
  readonly #run: TrainingRun;
  readonly #started: TrainingCallback[] = [];
  #stopped = false;

  constructor(callbacks: readonly TrainingCallback[], run: TrainingRun) {
    const names = callbacks.flatMap(({ name, state }) => (state === undefined ? [] : [name]));
    for (const [index, name] of names.entries()) {
      if (name !== undefined && names.indexOf(name) === index) continue;
      throw new ConfigError(
        name === undefined
          ? 'fit: a callback with a state needs a name, under which a checkpoint keeps the state.'
          : `fit: two callbacks with a state are named ${name}. Give them different names.`,
        { value: name },
      );
    }
    this.#callbacks = callbacks;
    this.#run = run;
  }

  /** Whether one of them answered 'stop'. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Gives each its state back, then tells them that training starts. */
  async start(states: ReadonlyMap<string, CallbackState>): Promise<void> {
    for (const callback of this.#callbacks) callback.restore?.(states.get(callback.name ?? ''));
    for (const callback of this.#callbacks) {
      this.#started.push(callback);
      if ((await callback.onStart?.(this.#run)) === 'stop') this.#stopped = true;
    }
  }

  /** Tells all of an event. */
  async tell<Name extends Exclude<Event, 'onStart'>>(event: Name, report: ReportOf<Name>): Promise<void> {
    for (const callback of this.#callbacks) {
      // The three events differ in their report only, which the signature ties to the event.
      const listener = callback[event] as ((report: ReportOf<Name>, run: TrainingRun) => unknown) | undefined;
      if ((await listener?.call(callback, report, this.#run)) === 'stop') this.#stopped = true;
    }
  }

  /** Tells those that saw the start of the end, all of them even if one throws. */
  async end(report: EndReport): Promise<void> {
    const errors: unknown[] = [];
    for (const callback of this.#started) {
      try {
        await callback.onEnd?.(report, this.#run);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** What they must remember in a checkpoint, by name. */
  states(): Map<string, CallbackState> {
    return new Map(
      this.#callbacks.flatMap((callback) =>
        callback.state === undefined ? [] : [[callback.name!, callback.state()] as const],
      ),
    );
  }
}
