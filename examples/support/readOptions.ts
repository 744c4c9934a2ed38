// The command lines of the examples: a table of options is the parser, its types and the text of --help.
import { parseArgs } from 'node:util';
import { ConfigError, nearestName } from 'sesame-nlp/errors';

/** One option of a command line. */
interface Option {
  /** 'flag' has no value; 'whole' is a whole number. */
  readonly type: 'text' | 'whole' | 'number' | 'flag';
  readonly help: string;
  readonly default?: string | number;
  /** The values that are possible. */
  readonly choices?: readonly string[];
  /** The smallest number that is possible. */
  readonly min?: number;
  /** An environment variable that stands in for the option where it is not given. */
  readonly variable?: string;
}

type Value<O extends Option> =
  | (O['type'] extends 'flag' ? boolean : O['type'] extends 'text' ? Text<O> : number)
  | (O extends { type: 'flag' } | { default: string | number } ? never : undefined);
type Text<O extends Option> = O extends { choices: readonly (infer Choice)[] } ? Choice : string;

/** The value of each option, defaults filled in. */
export type OptionValues<Table extends Readonly<Record<string, Option>>> = {
  [Name in keyof Table]: Value<Table[Name]>;
};

/**
 * Reads the command line; with --help it explains itself and ends the process.
 *
 * @param purpose a sentence on what the command does
 * @returns the value of each option, and the names of those that were given
 * @throws ConfigError if an option is misspelt, has no value or one that cannot be
 */
export function readOptions<const Table extends Readonly<Record<string, Option>>>(purpose: string, table: Table) {
  const given = parse(table);
  if (given.help === true) {
    console.log(help(purpose, table));
    process.exit(0);
  }
  const values = Object.entries(table).map(([name, option]) => {
    const text = given[name] ?? (option.variable === undefined ? undefined : process.env[option.variable]);
    return [
      name,
      text === undefined ? (option.default ?? (option.type === 'flag' ? false : undefined)) : read(name, option, text),
    ];
  });
  // Each value was made from its option's type, as `Value` says.
  return { options: Object.fromEntries(values) as OptionValues<Table>, given: Object.keys(given) };
}

/** What the command line says, by name: texts, and true for flags. */
function parse(table: Readonly<Record<string, Option>>): Record<string, string | boolean | undefined> {
  const types = Object.entries(table).map(([name, { type }]) => [
    name,
    { type: type === 'flag' ? 'boolean' : 'string' },
  ]);
  const options = { ...Object.fromEntries(types), help: { type: 'boolean', short: 'h' } } as NonNullable<
    Parameters<typeof parseArgs>[0]
  >['options'];
  const { tokens } = parseArgs({ options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options!, token.name)) continue;
    const nearest = nearestName(token.name, Object.keys(options!));
    const advice = nearest === undefined ? 'Try --help.' : `Did you mean --${nearest}?`;
    throw new ConfigError(`There is no option ${token.rawName}.\n${advice}`, { value: token.rawName });
  }
  try {
    return parseArgs({ options }).values as Record<string, string | boolean | undefined>;
  } catch (cause) {
    throw new ConfigError(`${(cause as Error).message}\nTry --help.`, { cause });
  }
}

function read(name: string, option: Option, text: string | boolean): string | number | boolean {
  if (typeof text === 'boolean') return text;
  const { type, choices, min = Number.NEGATIVE_INFINITY } = option;
  if (type === 'text') {
    if (choices === undefined || choices.includes(text)) return text;
    const nearest = nearestName(text, choices);
    const advice = nearest === undefined ? '' : `\nDid you mean ${nearest}?`;
    throw new ConfigError(`--${name} is ${text}, and must be ${choices.join(' or ')}.${advice}`, { value: text });
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number) && number >= min && (type === 'number' || Number.isInteger(number))) return number;
  const bound = Number.isFinite(min) ? ` of at least ${min}` : '';
  throw new ConfigError(`--${name} is ${text}, and must be a ${type === 'whole' ? 'whole ' : ''}number${bound}.`, {
    value: text,
  });
}

function help(purpose: string, table: Readonly<Record<string, Option>>): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const value = { flag: '', text: ` ${option.choices?.join('|') ?? 'TEXT'}`, whole: ' N', number: ' X' }[option.type];
    const notes = [
      ...(option.default === undefined ? [] : [`default ${JSON.stringify(option.default)}`]),
      ...(option.variable === undefined ? [] : [`or the environment variable ${option.variable}`]),
    ];
    return [`  --${name}${value}`, option.help + (notes.length === 0 ? '' : ` (${notes.join('; ')})`)] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [purpose, '', ...rows.map(([left, right]) => left.padEnd(width) + right)].join('\n');
}
