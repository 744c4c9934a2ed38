import { type AnyModule, namedModules, namedParameters } from './module.js';
import type { Parameter } from './parameter.js';

/** One layer of a summary: a module with parameters of its own. */
export interface SummaryRow {
  /** The path of fields, '' for the model itself. */
  readonly path: string;
  /** The class. */
  readonly type: string;
  /** Its own parameters, in the order of the fields. */
  readonly shapes: readonly {
    /** The field's name, with an index where it is an array. */
    readonly name: string;
    /** The parameter's shape. */
    readonly shape: readonly number[];
  }[];
  /** How many numbers they hold. */
  readonly parameters: number;
  /** How many of them training changes. */
  readonly trainable: number;
  /** Memory of the parameters in bytes: 4 a number, or as much as their encoded form takes. */
  readonly bytes: number;
}

/** What a model is made of. As a text it is a table: `console.log(String(summary(model)))`. */
export interface ModelSummary extends Omit<SummaryRow, 'path' | 'type' | 'shapes'> {
  /** The layers, in the order of the fields. */
  readonly rows: readonly SummaryRow[];
  /** The table. */
  toString(): string;
}

/** The layers of a model with their shapes, parameter counts and memory. A shared parameter is counted once. */
export function summary(model: AnyModule): ModelSummary {
  const modules = namedModules(model);
  const own = new Map<string, [string, Parameter][]>();
  for (const [path, parameter] of namedParameters(model)) {
    const parent = ownerOf(path, modules);
    const name = parent === '' ? path : path.slice(parent.length + 1);
    own.set(parent, [...(own.get(parent) ?? []), [name, parameter]]);
  }
  const rows = [...own].map(([path, parameters]) => ({
    path,
    type: modules.get(path)?.constructor.name ?? '',
    shapes: parameters.map(([name, { shape }]) => ({ name, shape })),
    ...count(parameters.map(([, parameter]) => parameter)),
  }));
  const total = count([...namedParameters(model).values()]);
  return { rows, ...total, toString: () => table(rows, total) };
}

/** The path of the module that a parameter is a field of, or in an array of. */
function ownerOf(path: string, modules: ReadonlyMap<string, AnyModule>): string {
  const dot = path.lastIndexOf('.');
  if (dot < 0) return '';
  const parent = path.slice(0, dot);
  return modules.has(parent) ? parent : ownerOf(parent, modules);
}

function count(parameters: readonly Parameter[]) {
  const sum = (chosen: readonly Parameter[]) => chosen.reduce((total, { size }) => total + size, 0);
  const all = sum(parameters);
  const bytes = parameters.reduce((total, parameter) => total + parameter.bytes, 0);
  return { parameters: all, trainable: sum(parameters.filter(({ trainable }) => trainable)), bytes };
}

function table(rows: readonly SummaryRow[], total: ReturnType<typeof count>): string {
  const cells = [
    ['layer', 'type', 'shapes', 'parameters', 'memory'],
    ...rows.map((row) => [
      row.path,
      row.type,
      row.shapes.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', '),
      grouped(row.parameters) + (row.trainable < row.parameters ? ' (frozen)' : ''),
      mebibytes(row.bytes),
    ]),
    ['total', '', `${grouped(total.trainable)} trainable`, grouped(total.parameters), mebibytes(total.bytes)],
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ');
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const body = cells.map(line).map((text) => text.trimEnd());
  return [body[0], rule, ...body.slice(1, -1), rule, body.at(-1)].join('\n');
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)} MiB`;
}
