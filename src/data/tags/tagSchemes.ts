import { ConfigError, nearestName } from '../../errors/index.js';

/**
 * How tags mark spans of tokens:
 *
 * | scheme | one token | several | |
 * |---|---|---|---|
 * | BIO, also IOB2 | B | B I I | |
 * | IOB1 | I | I I I | B instead of the first I, right after a span of the same type |
 * | BIOES, also IOBES | S | B I E | |
 * | BIOUL, also BILOU | U | B I L | |
 * | BMES | S | B M E | |
 *
 * After the letter comes a hyphen and a type, as in B-PER, or nothing, as in the B M E S of Chinese words. O is a token
 * outside of all spans.
 */
export type TagScheme = 'BIO' | 'IOB2' | 'IOB1' | 'BIOES' | 'IOBES' | 'BIOUL' | 'BILOU' | 'BMES';

/** What a tag says of its token. */
export type TagRole = 'begin' | 'inside' | 'end' | 'single';

/** The letters of each scheme; where one has no letter for a role, 'inside' or 'begin' stands for it. */
export const tagLetters: Readonly<Record<TagScheme, Readonly<Partial<Record<TagRole, string>>>>> = {
  BIO: { begin: 'B', inside: 'I' },
  IOB2: { begin: 'B', inside: 'I' },
  IOB1: { begin: 'B', inside: 'I' },
  BIOES: { begin: 'B', inside: 'I', end: 'E', single: 'S' },
  IOBES: { begin: 'B', inside: 'I', end: 'E', single: 'S' },
  BIOUL: { begin: 'B', inside: 'I', end: 'L', single: 'U' },
  BILOU: { begin: 'B', inside: 'I', end: 'L', single: 'U' },
  BMES: { begin: 'B', inside: 'M', end: 'E', single: 'S' },
};

/** The tag of a token outside of all spans. */
export const OUTSIDE = 'O';

/** Tokens that belong together, such as a name or a Chinese word. */
export interface TaggedSpan {
  /** The index of its first token. */
  readonly start: number;
  /** The index after its last token. */
  readonly end: number;
  /** What it is, such as PER; empty where tags have no types. */
  readonly type: string;
}

/** @throws ConfigError if there is no such scheme */
export function checkScheme(owner: string, scheme: TagScheme): void {
  if (Object.hasOwn(tagLetters, scheme)) return;
  const nearest = nearestName(String(scheme), Object.keys(tagLetters));
  throw new ConfigError(
    `${owner}: there is no scheme ${String(scheme)}.\n` +
      (nearest === undefined ? `Schemes: ${Object.keys(tagLetters).join(', ')}.` : `Did you mean ${nearest}?`),
    { value: scheme },
  );
}
