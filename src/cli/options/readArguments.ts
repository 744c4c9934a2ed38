import { parseArgs } from 'node:util';
import { ConfigError, nearestName } from '../../errors/index.js';
import type { Operands, Option, OptionTable, OptionValues } from './optionTable.js';

/** What a command line says. */
export interface Arguments<Table extends OptionTable> {
  /** The value of each option. */
  readonly options: OptionValues<Table>;
  /** The names of the options that were given. */
  readonly given: readonly string[];
  /** What was given besides options. */
  readonly operands: readonly string[];
}

/** An option as `parseArgs` finds it. */
interface FoundOption {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/**
 * Reads a command line.
 *
 * @param args what follows the command's name
 * @param operands what it takes besides options; nothing by default
 * @returns 'help' where --help or -h is asked for, whatever else is there
 * @throws ConfigError if an option is misspelt, missing, has no value or one that cannot be
 */
export function readArguments<const Table extends OptionTable>(
  args: readonly string[],
  table: Table,
  operands?: Operands,
): Arguments<Table> | 'help' {
  const { found, rest } = split(args, table);
  if (found.some(({ name }) => name === 'help')) return 'help';
  const given = new Map<string, string[]>();
  for (const option of found) {
    given.set(option.name, [...(given.get(option.name) ?? []), givenValue(option, table, operands)]);
  }
  const values = Object.entries(table).map(([name, option]) => [name, read(name, option, given.get(name))]);
  if (operands === undefined && rest.length > 0) {
    throw new ConfigError(`There is nothing to do with ${JSON.stringify(rest[0])}.\nOptions begin with --.`, {
      value: rest[0],
    });
  }
  if (operands?.required && rest.length === 0) {
    throw new ConfigError(`${operands.name} is missing: ${operands.help}.`);
  }
  // Each value was made from its option's type, as `OptionValues` says.
  return { options: Object.fromEntries(values) as OptionValues<Table>, given: [...given.keys()], operands: rest };
}

/** The options and the operands of a command line, in order. */
function split(args: readonly string[], table: OptionTable): { found: FoundOption[]; rest: string[] } {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type, short }]) => [
      name,
      { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(short !== undefined && { short }) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false, // what is wrong is told in our own words
    allowPositionals: true,
    tokens: true,
  });
  return {
    found: tokens.filter((token) => token.kind === 'option'),
    rest: tokens.filter((token) => token.kind === 'positional').map(({ value }) => value),
  };
}

/** The value of an option that is there: '' for a flag. */
function givenValue(
  { name, rawName, value, inlineValue }: FoundOption,
  table: OptionTable,
  operands: Operands | undefined,
): string {
  const option = Object.hasOwn(table, name) ? table[name]! : undefined;
  if (option === undefined) {
    const nearest = nearestName(name, [...Object.keys(table), 'help']);
    const advice = nearest === undefined ? 'Try --help.' : `Did you mean --${nearest}?`;
    const hint = operands === undefined ? '' : ` (A ${operands.name} that begins with - goes after --.)`;
    throw new ConfigError(`There is no option ${rawName}.\n${advice}${hint}`, { value: rawName });
  }
  if (option.type === 'flag') {
    if (value === undefined) return '';
    throw new ConfigError(`--${name} has no value, but is given ${JSON.stringify(value)}.\nLeave it out.`, { value });
  }
  // `--out --force` is a value forgotten, `--out=--force` is none; a negative number is one.
  const forgotten = value === undefined || (!inlineValue && /^-\D/.test(value));
  if (!forgotten) return value;
  throw new ConfigError(`--${name} needs a value.\nWrite --${name} ${valueName(option)}.`, { value: rawName });
}

/** What the help calls the value of an option. */
export function valueName({ type, value, choices }: Option): string {
  return value ?? { flag: '', text: choices?.join('|') ?? 'TEXT', list: 'A,B', whole: 'N', number: 'X' }[type];
}

function read(name: string, option: Option, given: readonly string[] | undefined) {
  const { type, variable } = option;
  if (type === 'flag') return given !== undefined;
  if (type === 'list' && given !== undefined) {
    return given.flatMap((list) => list.split(',')).filter((item) => item !== '');
  }
  const text = given?.at(-1) ?? (variable === undefined ? undefined : process.env[variable]);
  if (text === undefined) {
    if (!option.required) return option.default;
    throw new ConfigError(`--${name} is missing: ${option.help}.\nWrite --${name} ${valueName(option)}.`);
  }
  return type === 'text' ? readChoice(name, option, text) : readNumber(name, option, text);
}

function readChoice(name: string, { choices }: Option, text: string): string {
  if (choices === undefined || choices.includes(text)) return text;
  const nearest = nearestName(text, choices);
  const advice = nearest === undefined ? '' : `\nDid you mean ${nearest}?`;
  throw new ConfigError(`--${name} is ${text}, and must be ${choices.join(' or ')}.${advice}`, { value: text });
}

function readNumber(name: string, { type, min = Number.NEGATIVE_INFINITY }: Option, text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number) && number >= min && (type === 'number' || Number.isInteger(number))) return number;
  const bound = Number.isFinite(min) ? ` of at least ${min}` : '';
  throw new ConfigError(`--${name} is ${text}, and must be a ${type === 'whole' ? 'whole ' : ''}number${bound}.`, {
    value: text,
  });
}
