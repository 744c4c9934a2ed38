import { keep, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Parameter } from '../nn/index.js';
import type { Optimizer, StagedUpdateRule, UpdateContext, UpdateRule, UpdateTensors } from './optimizer.js';

/** What an optimizer remembers of one parameter. */
interface ParameterState {
  /** How many updates the parameter had. */
  updates: number;
  /** In the order of the rule's slots. */
  slots: Tensor[];
}

/** The same outside of the backend, as a checkpoint holds it. */
export interface SavedParameterState {
  readonly updates: number;
  /** Row-major numbers by slot. */
  readonly slots: ReadonlyMap<string, Float32Array>;
}

/** An optimizer at work on a model's parameters: it owns what the optimizer remembers, keyed by parameter path. */
export class OptimizerState {
  readonly #optimizer: Optimizer;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #rules = new Map<string, UpdateRule | StagedUpdateRule | undefined>();
  readonly #states = new Map<string, ParameterState>();

  /** @param parameters by path; borrowed */
  constructor(optimizer: Optimizer, parameters: ReadonlyMap<string, Parameter>) {
    this.#optimizer = optimizer;
    this.#parameters = parameters;
    for (const [path, parameter] of parameters) this.#rules.set(path, optimizer.ruleFor(path, parameter));
  }

  /** The parameters that are trained now: neither frozen by the model nor by a group of the optimizer. */
  trainable(): Map<string, Parameter> {
    const trained = [...this.#parameters].filter(([path, { trainable }]) => trainable && this.#rules.get(path));
    return new Map(trained);
  }

  /**
   * Updates every parameter that has a gradient.
   *
   * @param gradients by parameter path; borrowed
   * @param step updates made before
   * @param gradientScale what the gradients are to be multiplied by
   */
  update(gradients: ReadonlyMap<string, Tensor>, step: number, gradientScale: number): void {
    const staged = new Map<StagedUpdateRule['together'], StagedUpdate[]>();
    for (const [path, gradient] of gradients) {
      const parameter = this.#parameters.get(path)!;
      const rule = this.#rules.get(path)!;
      const state = this.#states.get(path) ?? startState(rule, parameter);
      this.#states.set(path, state);
      const context = { step, updates: state.updates + 1, gradientScale };
      const tensors = { value: parameter.variable, gradient, slots: state.slots };
      if ('together' in rule) {
        const others = staged.get(rule.together) ?? [];
        staged.set(rule.together, [...others, { parameter, rule, state, context, tensors }]);
      } else {
        tidy(() => change(parameter, state, rule.update(tensors, context)));
      }
    }
    for (const [together, updates] of staged) {
      for (const part of parts(updates)) tidy(() => updateTogether(part, together));
    }
  }

  /** A copy of what is remembered, by parameter path. */
  async read(): Promise<Map<string, SavedParameterState>> {
    const saved = new Map<string, SavedParameterState>();
    for (const [path, { updates, slots }] of this.#states) {
      const names = this.#rules.get(path)!.slots;
      const numbers = await Promise.all(slots.map((slot) => slot.data<'float32'>()));
      saved.set(path, { updates, slots: new Map(names.map((name, index) => [name, numbers[index]!.slice()])) });
    }
    return saved;
  }

  /** Remembers what `read` gave. */
  restore(saved: ReadonlyMap<string, SavedParameterState>): void {
    this.dispose();
    for (const [path, { updates, slots }] of saved) {
      const { shape } = this.#parameters.get(path)!;
      const tensors = this.#rules.get(path)!.slots.map((name) => keep(tensor(slots.get(name)!, [...shape], 'float32')));
      this.#states.set(path, { updates, slots: tensors });
    }
  }

  /** The names of the slots of each parameter that is not frozen by a group, by path. */
  slotNames(): Map<string, readonly string[]> {
    return new Map([...this.#rules].flatMap(([path, rule]) => (rule === undefined ? [] : [[path, rule.slots]])));
  }

  /** The optimizer's name. */
  get name(): string {
    return this.#optimizer.name;
  }

  /** The learning rate of a 0-based step, as reports show it. */
  learningRate(step: number): number {
    return this.#optimizer.learningRate(step);
  }

  /** Frees what is remembered. */
  dispose(): void {
    for (const { slots } of this.#states.values()) for (const slot of slots) slot.dispose();
    this.#states.clear();
  }
}

/** An update that waits for others. */
interface StagedUpdate {
  readonly parameter: Parameter;
  readonly rule: StagedUpdateRule;
  readonly state: ParameterState;
  readonly context: UpdateContext;
  readonly tensors: UpdateTensors;
}

/** Parameters that are updated together hold at most so much, unless one alone holds more: their inputs exist at once. */
const MOST_TOGETHER = 2 ** 24;

/** Updates in groups of that size. */
function* parts(updates: readonly StagedUpdate[]): Generator<readonly StagedUpdate[]> {
  let part: StagedUpdate[] = [];
  let size = 0;
  for (const update of updates) {
    if (part.length > 0 && size + update.parameter.size > MOST_TOGETHER) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(update);
    size += update.parameter.size;
  }
  yield part;
}

function updateTogether(updates: readonly StagedUpdate[], together: StagedUpdateRule['together']): void {
  const before = updates.map(({ rule, tensors, context }) => rule.before(tensors, context));
  const inputs = together(before.map(([input]) => input!));
  for (const [index, { rule, tensors, context, parameter, state }] of updates.entries()) {
    const [, ...slots] = before[index]!;
    change(parameter, state, [rule.after(tensors, inputs[index]!, context), ...slots]);
  }
}

/** Gives a parameter its new value and its state the new slots. */
function change(parameter: Parameter, state: ParameterState, [value, ...newSlots]: readonly Tensor[]): void {
  parameter.assign(value!);
  for (const slot of newSlots) keep(slot);
  for (const slot of state.slots) if (!newSlots.includes(slot)) slot.dispose();
  state.slots = newSlots;
  state.updates++;
}

function startState(rule: Pick<UpdateRule, 'slots'>, { shape }: Parameter): ParameterState {
  return { updates: 0, slots: rule.slots.map(() => keep(zeros([...shape]))) };
}
