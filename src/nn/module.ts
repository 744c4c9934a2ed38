import { type Tensor, type TensorContainer, tidy } from '@tensorflow/tfjs-core';
import { Parameter } from './parameter.js';
import type { QuantizationReport, QuantizeOptions } from './quantization.js';
import type { RandomStream } from './random.js';

/** What every module's call takes. Modules with masks or caches extend it. */
export interface ForwardOptions {
  /** Whether this is a training step: dropout is active. */
  readonly training?: boolean | undefined;
  /** Where dropout draws its seeds from; each draw moves it on. */
  readonly random?: RandomStream | undefined;
}

/**
 * A part of a model: parameters, smaller modules, and a map from tensors to tensors.
 *
 * Parameters and child modules are plain `readonly` fields (or arrays of modules), and the path of fields is the name
 * of a weight: `blocks.0.attention.query.weight`.
 */
export abstract class Module<Input = Tensor, Output = Tensor, Options extends ForwardOptions = ForwardOptions> {
  /**
   * Runs the module. Inputs are borrowed; what comes out, one tensor or one record of tensors, belongs to the caller,
   * and everything else that was made on the way is freed.
   */
  call(input: Input, options?: Options): Output {
    // Every option is optional, and tfjs's container type does not know our records: both casts are safe.
    return tidy(() => this.forward(input, options ?? ({} as Options)) as TensorContainer) as Output;
  }

  /** The computation. It may allocate freely: `call` tidies. */
  protected abstract forward(input: Input, options: Options): Output;

  /**
   * Rounds all matrices and embeddings to 8 bits, for use without training: a quarter of the memory, and writing several
   * times as fast. What cannot be rounded well, biases and norms, stays as it is.
   *
   * @returns how much memory it saves, and how near each matrix is to what it was
   * @throws ConfigError if the encoding is another than 'int8', or an option is misspelt
   */
  async quantize(encoding: 'int8', options: QuantizeOptions = {}): Promise<QuantizationReport> {
    const { quantizeParameters } = await import('./quantization.js'); // only those who round carry it
    return quantizeParameters(namedParameters(this), encoding, options);
  }

  /**
   * Puts all matrices and embeddings that hold floats into the order in which products read them: each token is written in
   * two thirds of the time, and batches need not be put in order each time. Nothing is rounded, and training undoes it.
   */
  async pack(): Promise<void> {
    for (const parameter of namedParameters(this).values()) if (parameter.encodable) await parameter.pack();
  }

  /** Makes all parameters floats again, after `pack` as they were, after `quantize` as they were rounded. */
  toFloat32(): void {
    for (const parameter of namedParameters(this).values()) parameter.toFloat32();
  }

  /** Frees all parameters, of this module and of the modules within. */
  dispose(): void {
    for (const parameter of namedParameters(this).values()) parameter.dispose();
  }

  /** As `dispose`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

// Any module, whatever it maps: variance makes `unknown` unusable for inputs here, `never` accepts them all.
/** A module of any input and output. */
export type AnyModule = Module<never, unknown, never>;

/** The modules within and the module itself (path ''), by path, parents first. */
export function namedModules(root: AnyModule): Map<string, AnyModule> {
  const modules = new Map<string, AnyModule>();
  const seen = new Set<AnyModule>();
  const visit = (module: AnyModule, path: string) => {
    if (seen.has(module)) return;
    seen.add(module);
    modules.set(path, module);
    for (const [name, field] of fields(module)) if (field instanceof Module) visit(field, join(path, name));
  };
  visit(root, '');
  return modules;
}

/** The parameters by path, in the order of the fields. A shared one is listed once, under its first path. */
export function namedParameters(root: AnyModule): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  const seen = new Set<Parameter>();
  for (const [path, module] of namedModules(root)) {
    for (const [name, field] of fields(module)) {
      if (!(field instanceof Parameter) || seen.has(field)) continue;
      seen.add(field);
      parameters.set(join(path, name), field);
    }
  }
  return parameters;
}

/** Excludes parameters from training: all of a module, e.g. `freeze(model.backbone)`. */
export function freeze(module: AnyModule): void {
  setTrainable(module, false);
}

/** Includes them again. */
export function unfreeze(module: AnyModule): void {
  setTrainable(module, true);
}

function setTrainable(module: AnyModule, trainable: boolean): void {
  for (const parameter of namedParameters(module).values()) parameter.trainable = trainable;
}

/** A module's fields, those of arrays flattened to `name.index`. */
function fields(module: AnyModule): [string, unknown][] {
  return Object.entries(module).flatMap(([name, value]) => flatten(name, value));
}

function flatten(name: string, value: unknown): [string, unknown][] {
  return Array.isArray(value) ? value.flatMap((entry, index) => flatten(`${name}.${index}`, entry)) : [[name, value]];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
