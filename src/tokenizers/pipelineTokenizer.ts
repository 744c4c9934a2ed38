import { ConfigError, rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import type { AddedTokens } from './addedTokens.js';
import { describe } from './describe.js';
import { createEncoding, type Encoding } from './encoding.js';
import { pad } from './padding.js';
import { PieceBuffer } from './pieceBuffer.js';
import type { Decoding, IdDecoder, Json, Pieces, PostProcessor, SegmentEncoder, TokenVocabulary } from './pipeline.js';
import type { DecodeOptions, DecodeStream, EncodeBatchOptions, EncodeOptions, Tokenizer } from './tokenizer.js';
import { cut, lengthsToKeep } from './truncation.js';

/** What a tokenizer is made of. */
export interface TokenizerParts {
  readonly vocabulary: TokenVocabulary;
  readonly addedTokens: AddedTokens;
  readonly encoder: SegmentEncoder;
  readonly postProcessor: PostProcessor;
  readonly decoder: IdDecoder;
  /** Sections of a tokenizer.json that are written as they were read: `truncation` and `padding`. */
  readonly kept?: { readonly truncation: Json; readonly padding: Json };
}

const ENCODE_OPTIONS = [
  'maxLength',
  'truncation',
  'stride',
  'addSpecialTokens',
  'parseSpecialTokens',
  'padTo',
  'padToMultipleOf',
  'padSide',
  'padToken',
];
const TRUNCATIONS = ['longestFirst', 'onlyFirst', 'onlySecond'];
const PAD_SIDES = ['left', 'right'];
const PAD_TOKENS = ['[PAD]', '<pad>', '<|endoftext|>'];

/** A text or a pair with its special tokens, not padded yet: as much as fits, and then the windows of what does not. */
interface Assembled {
  readonly pieces: Pieces;
  readonly overflowing: () => Pieces[];
}

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
    checkOptions('encode', options);
    const { pair, padTo } = options;
    checkLength('encode', 'padTo', padTo);
    return this.#finish(this.#assemble(text, pair, options), padTo, options);
  }

  encodeBatch(texts: readonly string[], options: EncodeBatchOptions = {}): Encoding[] {
    rejectUnknownOptions('encodeBatch', options, ['pairs', ...ENCODE_OPTIONS]);
    checkOptions('encodeBatch', options);
    const { pairs, padTo } = options;
    if (!Array.isArray(texts)) {
      throw new TokenizerError(
        `encodeBatch: the texts are ${describe(texts)}.\nPass an array; encode takes one text.`,
        { value: texts },
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
    const longest = () => batch.reduce((length, { pieces }) => Math.max(length, pieces.ids.length), 0);
    const length = padTo === 'longest' ? longest() : padTo;
    return batch.map((assembled) => this.#finish(assembled, length, options));
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
    const { addedTokens, encoder, postProcessor, decoder, kept } = this.#parts;
    const { normalizer, pre_tokenizer, model } = encoder.toJson();
    return JSON.stringify({
      version: '1.0',
      truncation: kept?.truncation ?? null,
      padding: kept?.padding ?? null,
      added_tokens: addedTokens.toJson(),
      normalizer,
      pre_tokenizer,
      post_processor: postProcessor.toJson(),
      decoder: decoder.toJson(),
      model,
    });
  }

  #assemble(text: string, pair: string | undefined, options: Omit<EncodeOptions, 'pair' | 'padTo'>): Assembled {
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
    const counts = [first.ids.length, second?.ids.length ?? 0] as const;
    const [keepFirst, keepSecond] = lengthsToKeep(...counts, maxLength - added, truncation);
    const a = cut(first, keepFirst, stride);
    const b = second && cut(second, keepSecond, stride);
    const apply = (one: Pieces, other: Pieces | undefined) => postProcessor.apply(one, other, addSpecialTokens);
    return {
      pieces: apply(a.kept, b?.kept),
      overflowing: () => {
        const later = b?.later() ?? [];
        return [
          ...a.later().flatMap((one) => [b?.kept, ...later].map((other) => apply(one, other))),
          ...later.map((other) => apply(a.kept, other)),
        ];
      },
    };
  }

  #encodeText(text: string, parseSpecialTokens: boolean): Pieces {
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

  #finish(
    { pieces, overflowing }: Assembled,
    length: number | undefined,
    options: Pick<EncodeOptions, 'padSide' | 'padToken' | 'padToMultipleOf'>,
  ): Encoding {
    const { padSide = 'right', padToken, padToMultipleOf: multiple = 1 } = options;
    const padded = (some: Pieces) => {
      const target = Math.ceil(Math.max(length ?? 0, some.ids.length) / multiple) * multiple;
      return target > some.ids.length ? pad(some, target, this.#padId(padToken), padSide) : some;
    };
    const tokenOf = (id: number) => this.#parts.vocabulary.tokenOf(id)!;
    const none = () => [];
    return createEncoding(padded(pieces), tokenOf, () =>
      overflowing().map((window) => createEncoding(padded(window), tokenOf, none)),
    );
  }

  #padId(padToken: string | undefined): number {
    const { vocabulary } = this.#parts;
    const token = padToken ?? PAD_TOKENS.find((candidate) => vocabulary.idOf(candidate) !== undefined);
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

/** What both ways of encoding are told alike. */
function checkOptions(owner: string, options: Omit<EncodeOptions, 'pair' | 'padTo'>): void {
  checkLength(owner, 'maxLength', options.maxLength);
  checkLength(owner, 'stride', options.stride);
  checkLength(owner, 'padToMultipleOf', options.padToMultipleOf, 1);
  checkChoice(owner, 'truncation', options.truncation, TRUNCATIONS);
  checkChoice(owner, 'padSide', options.padSide, PAD_SIDES);
}

function checkChoice(owner: string, name: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new ConfigError(`${owner}: ${name} is ${describe(value)}.\nIt must be '${choices.join("' or '")}'.`, { value });
}

function checkLength(owner: string, name: string, length: number | undefined, least = 0): void {
  if (length === undefined || (Number.isInteger(length) && length >= least)) return;
  throw new ConfigError(
    `${owner}: ${name} is ${describe(length)}.\nIt must be a whole number of tokens${least ? `, at least ${least}` : ''}.`,
    {
      value: length,
    },
  );
}
