import { nearestName, TokenizerError } from '../../errors/index.js';
import { describe } from '../describe.js';

const OWNER = 'tokenizerFromJson';
/** Parts inside parts, inside parts: no tokenizer has more than a few. */
const MAX_DEPTH = 32;

/** An object of a tokenizer.json that is read setting by setting. What comes in is untrusted: no key is taken for granted. */
export class Section {
  /** Where it stands in the file, for messages. */
  readonly name: string;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #depth: number;

  /** @throws TokenizerError if the value is no object, or stands too deep */
  constructor(value: unknown, name: string, depth = 0) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed(name, value, 'an object');
    if (depth > MAX_DEPTH) malformed(name, value, `parts nested at most ${MAX_DEPTH} deep`);
    this.name = name;
    this.#object = value as Readonly<Record<string, unknown>>;
    this.#depth = depth;
  }

  /** Whether there is a value that is not null. */
  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  /** The value, undefined if it is absent or null. */
  value(key: string): unknown {
    return Object.hasOwn(this.#object, key) ? (this.#object[key] ?? undefined) : undefined;
  }

  /** @param otherwise what an absent value means; without it the value must be there */
  string(key: string, otherwise?: string): string {
    const value = this.value(key) ?? otherwise;
    return typeof value === 'string' ? value : this.malformed(key, 'a string');
  }

  /** @param otherwise what an absent value means; without it the value must be there */
  boolean(key: string, otherwise?: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    return typeof value === 'boolean' ? value : this.malformed(key, 'true or false');
  }

  /** @param otherwise what an absent value means; without it the value must be there */
  count(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.malformed(key, 'a whole number');
  }

  /** A string that is one of the choices. */
  choice<Choice extends string>(key: string, choices: readonly Choice[], otherwise?: Choice): Choice {
    const value = this.string(key, otherwise);
    const found = choices.find((choice) => choice === value);
    return found ?? this.malformed(key, choices.map((choice) => JSON.stringify(choice)).join(' or '));
  }

  array(key: string): readonly unknown[] {
    return asArray(this.value(key), `${this.name}.${key}`);
  }

  section(key: string): Section {
    return new Section(this.value(key), `${this.name}.${key}`, this.#depth + 1);
  }

  /** The objects of an array. */
  sections(key: string): Section[] {
    return this.array(key).map((value, index) => new Section(value, `${this.name}.${key}[${index}]`, this.#depth + 1));
  }

  malformed(key: string, expected: string): never {
    return malformed(`${this.name}.${key}`, this.value(key), expected);
  }

  /** @throws TokenizerError always: the part is of no known type; the nearest is named */
  refuseType(known: readonly string[]): never {
    const type = this.value('type');
    const nearest = typeof type === 'string' ? nearestName(type, known) : undefined;
    throw new TokenizerError(
      `${OWNER}: ${this.name} is of type ${describe(type)}, which is not known.\n` +
        (nearest === undefined ? `Known are ${known.join(', ')}.` : `Is it ${nearest}?`),
      { value: type },
    );
  }
}

/** @throws TokenizerError if the value is no array */
export function asArray(value: unknown, name: string): readonly unknown[] {
  // Array.from makes the holes of a sparse array entries, which then are found to be nothing.
  return Array.isArray(value) ? Array.from<unknown>(value) : malformed(name, value, 'an array');
}

/** @throws TokenizerError always: a value of the file is not what it must be */
export function malformed(name: string, value: unknown, expected: string): never {
  throw new TokenizerError(
    `${OWNER}: ${name} is ${describe(value)}.\nExpected ${expected}. Is this a whole tokenizer.json?`,
    { value },
  );
}
