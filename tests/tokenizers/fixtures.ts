import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  createByteLevelBpeTokenizer,
  createWordPieceTokenizer,
  type Tokenizer,
  type WordPieceTokenizerOptions,
} from 'sesame-nlp/tokenizers';

/** A reference text with the tokens and ids that it must become. */
export interface ExpectedEncoding {
  readonly text: string;
  readonly tokens: string[];
  readonly ids: number[];
}

export function readFixture(path: string): string {
  return readFileSync(new URL(`../fixtures/tokenizers/${path}`, import.meta.url), 'utf8');
}

/** A fixture that is stored with gzip. */
export function readZipped(path: string): Uint8Array {
  return gunzipSync(readFileSync(new URL(`../fixtures/tokenizers/${path}.gz`, import.meta.url)));
}

/** The tokens of a vocab.txt that is stored with gzip. */
export function vocabularyOf(folder: string): string[] {
  return new TextDecoder()
    .decode(readZipped(`${folder}/vocab.txt`))
    .trimEnd()
    .split('\n');
}

/** BERT's tokenizer with one of its real vocabularies. */
export function bert(folder: string, options: Omit<WordPieceTokenizerOptions, 'vocab'> = {}): Tokenizer {
  return createWordPieceTokenizer({ vocab: vocabularyOf(folder), ...options });
}

/** GPT-2's tokenizer, with its real vocabulary. */
export function gpt2(): Tokenizer {
  return createByteLevelBpeTokenizer({ vocab: readFixture('gpt2/vocab.json'), merges: readFixture('gpt2/merges.txt') });
}

const inRange = (first: number, last: number) =>
  fc.integer({ min: first, max: last }).map((codePoint) => String.fromCodePoint(codePoint));

/** Characters and sequences of every script and shape that tokenizers stumble over, each well-formed. */
const pieceOfText = fc.oneof(
  { weight: 4, arbitrary: inRange(0x20, 0x7e) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(' ', '  ', '\n', '\t', '\r\n', '\u00a0', '\u0085', '\ufeff', '\u3000', "'s", "'ll"),
  },
  { weight: 2, arbitrary: inRange(0x4e00, 0x9fff) },
  { weight: 1, arbitrary: inRange(0x20000, 0x2a6df) }, // CJK extension B
  { weight: 1, arbitrary: inRange(0x300, 0x36f) }, // combining marks
  { weight: 1, arbitrary: inRange(0x1f300, 0x1faff) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('👩‍👩‍👧‍👦', '🏳️‍🌈', '1️⃣', '🇹🇼', '\u200d', '\ufe0f', '潮水', '退了', '就', '知道', '誰'),
  },
  { weight: 1, arbitrary: inRange(0xa0, 0x2fff) },
  { weight: 1, arbitrary: fc.constantFrom('<|endoftext|>', '__proto__', 'constructor', 'toString') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);

/** Well-formed text: no lone surrogates. */
export const wellFormedText = fc.array(pieceOfText, { maxLength: 24 }).map((pieces) => pieces.join(''));

/** Any string that JavaScript can hold, lone surrogates included. */
export const anyText = fc
  .array(
    fc.oneof(
      pieceOfText,
      fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit)),
    ),
    {
      maxLength: 24,
    },
  )
  .map((pieces) => pieces.join(''));
