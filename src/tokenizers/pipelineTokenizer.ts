import { ConfigError, rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import type { AddedTokens } from './addedTokens.js';
import { describe } from './describe.js';
import { createEncoding, type Encoding } from './encoding.js';
import { pad } from './padding.js';
import { PieceBuffer } from './pieceBuffer.js';
import type { Decoder, Decoding, Json, Model, Pieces, PreTokenizer } from './pipeline.js';
import type { Template } from './postProcessors/template.js';
import type { DecodeOptions, DecodeStream, EncodeBatchOptions, EncodeOptions, Tokenizer } from './tokenizer.js';
import { longestFirst, truncate } from './truncation.js';
import type { Vocabulary } from './vocabulary.js';

/** What a tokenizer is made of. */
export interface TokenizerParts {
  readonly vocabulary: Vocabulary;
  readonly addedTokens: AddedTokens;
  readonly preTokenizer: PreTokenizer;
  readonly model: Model;
  readonly template: Template;
  readonly decoder: Decoder;
  /** The post-processor's section of tokenizer.json where the template adds no token; null by default. */
  readonly plainPostProcessor?: Json;
}

const ENCODE_OPTIONS = ['maxLength', 'addSpecialTokens', 'parseSpecialTokens', 'padTo', 'padSide', 'padToken'];
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
    const { pair, padTo, ...rest } = options;
    checkLength('encode', 'padTo', padTo);
    return this.#finish(this.#assemble(text, pair, rest), padTo, options);
  }

  encodeBatch(texts: readonly string[], options: EncodeBatchOptions = {}): Encoding[] {
    rejectUnknownOptions('encodeBatch', options, ['pairs', ...ENCODE_OPTIONS]);
    const { pairs, padTo } = options;
    if (!Array.isArray(texts)) {
      throw new TokenizerError(
        `encodeBatch: the texts are ${describe(texts)}.\nPass an array; encode takes one text.`,
        {
          value: texts,
        },
      );
    }
    if (pairs !== undefined && pairs.length !== texts.length) {
      throw new ConfigError(
        `encodeBatch: there are ${texts.length} texts and ${pairs.length} pairs.\nGive a second text for each text.`,
        { value: pairs },
      );
    }
    if (padTo !== 'longest') checkLength('encodeBatch', 'padTo', padTo);
    const batch = texts.map((text, index) => this.#assemble(text, pairs?.[index], options));
    const longest = batch.reduce((length, pieces) => Math.max(length, pieces.ids.length), 0);
    const length = padTo === 'longest' ? longest : padTo;
    return batch.map((pieces) => this.#finish(pieces, length, options));
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
    const { addedTokens, preTokenizer, model, template, plainPostProcessor, decoder } = this.#parts;
    return JSON.stringify({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens.toJson(),
      normalizer: null,
      pre_tokenizer: preTokenizer.toJson(),
      post_processor: template.toJson() ?? plainPostProcessor ?? null,
      decoder: decoder.toJson(),
      model: model.toJson(),
    });
  }

  /** One text, or a pair, with its special tokens and no longer than asked for; not padded yet. */
  #assemble(text: string, pair: string | undefined, options: Omit<EncodeOptions, 'pair' | 'padTo'>): Pieces {
    const { maxLength, addSpecialTokens = true, parseSpecialTokens = false } = options;
    checkLength('encode', 'maxLength', maxLength);
    const { template } = this.#parts;
    let first = this.#encodeText(text, parseSpecialTokens);
    let second = pair === undefined ? undefined : this.#encodeText(pair, parseSpecialTokens);
    const added = addSpecialTokens ? template.addedTokens(second !== undefined) : 0;
    if (maxLength !== undefined) {
      if (added > maxLength) {
        throw new ConfigError(
          `encode: maxLength is ${maxLength}, and the special tokens alone are ${added}.\n` +
            'Make maxLength larger, or pass addSpecialTokens: false.',
          { value: maxLength },
        );
      }
      const [keepFirst, keepSecond] = longestFirst(first.ids.length, second?.ids.length ?? 0, maxLength - added);
      first = truncate(first, keepFirst);
      second &&= truncate(second, keepSecond);
    }
    return (addSpecialTokens ? template : template.withoutTokens()).apply(first, second);
  }

  #encodeText(text: string, parseSpecialTokens: boolean): Pieces {
    if (typeof text !== 'string') {
      throw new TokenizerError(`encode: the text is ${describe(text)}.\nPass a string; encodeBatch takes arrays.`, {
        value: text,
      });
    }
    const { vocabulary, addedTokens, preTokenizer, model } = this.#parts;
    const pieces = this.#buffer;
    pieces.clear(); // an earlier text may have thrown in the middle
    const specialTokensMask: number[] = [];
    const visit = (start: number, end: number) => model.encodeWord(text, start, end, pieces);
    const markRestAsText = () => {
      while (specialTokensMask.length < pieces.length) specialTokensMask.push(0);
    };
    const finder = addedTokens.finder(parseSpecialTokens);
    let position = 0;
    for (let match = finder?.exec(text); match; match = finder?.exec(text)) {
      preTokenizer.split(text, position, match.index, visit);
      if (parseSpecialTokens) markRestAsText();
      position = match.index + match[0].length;
      const id = vocabulary.idOf(match[0])!;
      pieces.push(id, match.index, position);
      if (parseSpecialTokens) specialTokensMask.push(addedTokens.isSpecial(id) ? 1 : 0);
    }
    preTokenizer.split(text, position, text.length, visit);
    if (parseSpecialTokens) markRestAsText();
    return { ...pieces.take(), ...(parseSpecialTokens && { specialTokensMask }) };
  }

  #finish(pieces: Pieces, length: number | undefined, options: Pick<EncodeOptions, 'padSide' | 'padToken'>): Encoding {
    const { vocabulary } = this.#parts;
    const { padSide = 'right', padToken } = options;
    if (padSide !== 'left' && padSide !== 'right') {
      throw new ConfigError(`encode: padSide is ${describe(padSide)}.\nIt must be 'left' or 'right'.`, {
        value: padSide,
      });
    }
    const padded =
      length === undefined || length <= pieces.ids.length
        ? pieces
        : pad(pieces, length, this.#padId(padToken), padSide);
    return createEncoding(padded, (id) => vocabulary.tokenOf(id)!);
  }

  #padId(padToken: string | undefined): number {
    const { vocabulary } = this.#parts;
    const token = padToken ?? PAD_TOKENS.find((candidate) => vocabulary.has(candidate));
    const id = token === undefined ? undefined : vocabulary.idOf(token);
    if (id !== undefined) return id;
    throw new TokenizerError(
      padToken === undefined
        ? `encode: the vocabulary has none of ${PAD_TOKENS.join(', ')} to pad with.\nName one of its tokens as padToken.`
        : `encode: padToken ${describe(padToken)} is not in the vocabulary.\nName a token that is.`,
      { value: padToken },
    );
  }

  #startDecoding(owner: string, options: DecodeOptions): Decoding {
    rejectUnknownOptions(owner, options, ['skipSpecialTokens']);
    const { vocabulary, addedTokens, decoder } = this.#parts;
    const skip = options.skipSpecialTokens ?? false;
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
          if (!(skip && addedTokens.isSpecial(id))) kept.push(id);
        }
        return decoding.push(kept);
      },
      end: () => decoding.end(),
    };
  }
}

function checkLength(owner: string, name: string, length: number | undefined): void {
  if (length === undefined || (Number.isInteger(length) && length >= 0)) return;
  throw new ConfigError(`${owner}: ${name} is ${describe(length)}.\nIt must be a whole number of tokens.`, {
    value: length,
  });
}
