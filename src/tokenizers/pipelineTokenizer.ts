import { ConfigError, rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import type { AddedTokens } from './addedTokens.js';
import { describe } from './describe.js';
import { createEncoding, type Encoding } from './encoding.js';
import { pad } from './padding.js';
import { PieceBuffer } from './pieceBuffer.js';
import { type PieceRows, ROW } from './pieceRows.js';
import type { Decoding, IdDecoder, PostProcessor, SegmentEncoder, TokenVocabulary } from './pipeline.js';
import type { DecodeOptions, DecodeStream, EncodeBatchOptions, EncodeOptions, Tokenizer } from './tokenizer.js';
import { cut, lengthsToKeep } from './truncation.js';

/** What a tokenizer is made of. */
export interface TokenizerParts {
  readonly vocabulary: TokenVocabulary;
  readonly addedTokens: AddedTokens;
  readonly encoder: SegmentEncoder;
  readonly postProcessor: PostProcessor;
  readonly decoder: IdDecoder;
}

/** Of each option that has few values: the least count of tokens, or all values. */
const RULES: readonly (readonly [keyof EncodeOptions, number | readonly unknown[]])[] = [
  ['maxLength', 0],
  ['stride', 0],
  ['padTo', 0],
  ['padToMultipleOf', 1],
  ['padSide', ['left', 'right']],
  ['truncation', ['longestFirst', 'onlyFirst', 'onlySecond']],
];
const ENCODE_OPTIONS = [...RULES.map(([name]) => name), 'addSpecialTokens', 'parseSpecialTokens', 'padToken'];
const PAD_TOKENS = ['[PAD]', '<pad>', '<|endoftext|>'];

/** A tokenizer put together from its parts. */
export class PipelineTokenizer implements Tokenizer {
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly #parts: TokenizerParts;
  /** Shared by all calls, since encoding is synchronous. */
  readonly #buffer = new PieceBuffer();

  constructor(parts: TokenizerParts) {
    this.#parts = parts;
    this.specialTokens = parts.addedTokens.special();
  }

  get vocabSize(): number {
    return this.#parts.vocabulary.size;
  }

  encode(text: string, options: EncodeOptions = {}): Encoding {
    rejectUnknownOptions('encode', options, ['pair', ...ENCODE_OPTIONS]);
    return this.#encodeAll('encode', [text], [options.pair], options)[0]!;
  }

  encodeBatch(texts: readonly string[], options: EncodeBatchOptions = {}): Encoding[] {
    const owner = 'encodeBatch';
    rejectUnknownOptions(owner, options, ['pairs', ...ENCODE_OPTIONS]);
    if (!Array.isArray(texts)) {
      throw new TokenizerError(`${owner}: the texts are ${describe(texts)}.\nPass an array; encode takes one text.`, {
        value: texts,
      });
    }
    const { pairs } = options;
    if (pairs && pairs.length !== texts.length) {
      throw new ConfigError(`${owner}: there are ${pairs.length} pairs for ${texts.length} texts.\nGive as many.`, {
        value: pairs,
      });
    }
    return this.#encodeAll(owner, texts, pairs ?? [], options);
  }

  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    if (typeof ids !== 'object' || ids === null) {
      throw new TokenizerError(`decode: the ids are ${describe(ids)}.\nPass an array of token ids.`, { value: ids });
    }
    const decoding = this.#startDecoding('decode', options);
    return decoding.push(Array.from(ids)) + decoding.end();
  }

  decodeStream(options: DecodeOptions = {}): DecodeStream {
    const decoding = this.#startDecoding('decodeStream', options);
    return { push: (id) => decoding.push([id]), end: () => decoding.end() };
  }

  tokenToId(token: string): number | undefined {
    return this.#parts.vocabulary.idOf(token);
  }

  idToToken(id: number): string | undefined {
    return this.#parts.vocabulary.tokenOf(id);
  }

  toJson(): string {
    const { addedTokens, encoder, postProcessor, decoder } = this.#parts;
    const { model, ...before } = encoder.toJson();
    return JSON.stringify({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens.toJson(),
      ...before,
      post_processor: postProcessor.toJson(),
      decoder: decoder.toJson(),
      model,
    });
  }

  #encodeAll(
    owner: string,
    texts: readonly string[],
    pairs: readonly (string | undefined)[],
    options: Omit<EncodeOptions, 'pair'>,
  ): Encoding[] {
    checkOptions(owner, options);
    const { padTo = 0, padToMultipleOf = 1, padSide = 'right', padToken } = options;
    const batch = texts.map((text, index) => this.#encodePair(text, pairs[index], options));
    const longest = padTo === 'longest' ? batch.reduce((most, [{ length }]) => Math.max(most, length / ROW), 0) : padTo;
    const padded = (rows: PieceRows) => {
      const count = rows.length / ROW;
      const length = Math.ceil(Math.max(longest, count) / padToMultipleOf) * padToMultipleOf;
      return length > count ? pad(rows, length, this.#padId(padToken), padSide) : rows;
    };
    const encodingOf = (rows: PieceRows, windows: () => PieceRows[]): Encoding =>
      createEncoding(
        padded(rows),
        (id) => this.idToToken(id)!,
        () => windows().map((window) => encodingOf(window, () => [])),
      );
    return batch.map(([rows, windows]) => encodingOf(rows, windows));
  }

  /** A text or a pair with its special tokens, not padded yet: as much as fits, and then the windows of what does not. */
  #encodePair(
    text: string,
    pair: string | undefined,
    options: Omit<EncodeOptions, 'pair'>,
  ): [rows: PieceRows, windows: () => PieceRows[]] {
    const {
      maxLength = Number.POSITIVE_INFINITY,
      truncation = 'longestFirst',
      stride = 0,
      addSpecialTokens = true,
      parseSpecialTokens = false,
    } = options;
    const { postProcessor } = this.#parts;
    const first = this.#encodeText(text, parseSpecialTokens);
    const second = pair === undefined ? undefined : this.#encodeText(pair, parseSpecialTokens);
    const added = addSpecialTokens ? postProcessor.addedTokens(second !== undefined) : 0;
    if (added > maxLength) {
      throw new ConfigError(
        `encode: maxLength is ${maxLength}, and the special tokens alone are ${added}.\n` +
          'Make maxLength larger, or pass addSpecialTokens: false.',
        { value: maxLength },
      );
    }
    const counts = [first.length / ROW, (second?.length ?? 0) / ROW] as const;
    const [keepFirst, keepSecond] = lengthsToKeep(...counts, maxLength - added, truncation);
    const [a, laterA] = cut(first, keepFirst, stride);
    const [b, laterB] = second ? cut(second, keepSecond, stride) : [undefined, () => []];
    const apply = (one: PieceRows, other: PieceRows | undefined) => postProcessor.apply(one, other, addSpecialTokens);
    const windows = () => {
      const others = [b, ...laterB()];
      return [a, ...laterA()].flatMap((one) => others.map((other) => apply(one, other))).slice(1);
    };
    return [apply(a, b), windows];
  }

  #encodeText(text: string, parseSpecialTokens: boolean): PieceRows {
    if (typeof text !== 'string') {
      throw new TokenizerError(`encode: the text is ${describe(text)}.\nPass a string; encodeBatch takes arrays.`, {
        value: text,
      });
    }
    const { addedTokens, encoder } = this.#parts;
    const pieces = this.#buffer;
    pieces.clear(); // an earlier text may have thrown in the middle
    let position = 0;
    for (const found of addedTokens.find(text, parseSpecialTokens)) {
      encoder.encode(text, position, found.start, pieces, parseSpecialTokens);
      addedTokens.push(found, pieces);
      position = found.end;
    }
    encoder.encode(text, position, text.length, pieces, parseSpecialTokens);
    return pieces.take();
  }

  #padId(padToken: string | undefined): number {
    const candidates = padToken === undefined ? PAD_TOKENS : [padToken];
    for (const candidate of candidates) {
      const id = this.tokenToId(candidate);
      if (id !== undefined) return id;
    }
    throw new TokenizerError(
      `encode: the vocabulary has no ${candidates.join(' or ')} to pad with.\nName a padToken that it has.`,
      { value: padToken },
    );
  }

  #startDecoding(owner: string, options: DecodeOptions): Decoding {
    rejectUnknownOptions(owner, options, ['skipSpecialTokens']);
    const { vocabulary, addedTokens, decoder } = this.#parts;
    const { skipSpecialTokens } = options;
    const decoding = decoder.start();
    return {
      push: (ids) => {
        const kept: number[] = [];
        for (const id of ids) {
          if (vocabulary.tokenOf(id) === undefined) {
            throw new TokenizerError(
              `${owner}: there is no token with the id ${describe(id)}.\nIds are below ${vocabulary.size}.`,
              { value: id },
            );
          }
          if (!(skipSpecialTokens && addedTokens.isSpecial(id))) kept.push(id);
        }
        return decoding.push(kept);
      },
      end: () => decoding.end(),
    };
  }
}

/** @throws ConfigError if an option breaks its rule */
function checkOptions(owner: string, options: EncodeOptions): void {
  for (const [name, rule] of RULES) {
    const value = options[name];
    if (value === undefined || (name === 'padTo' && value === 'longest')) continue;
    const isCount = typeof rule === 'number';
    if (isCount ? Number.isInteger(value) && (value as number) >= rule : rule.includes(value)) continue;
    const expected = isCount ? `a whole number of tokens, at least ${rule}` : `'${rule.join("' or '")}'`;
    throw new ConfigError(`${owner}: ${name} is ${describe(value)}.\nIt must be ${expected}.`, { value });
  }
}
