import { ConfigError, rejectUnknownOptions, TokenizerError } from '../../errors/index.js';
import { type AddedToken, AS_IT_IS } from '../addedTokens.js';
import { composeTokenizer } from '../composeTokenizer.js';
import { byteFallbackDecoder } from '../decoders/byteFallback.js';
import { fuseDecoder } from '../decoders/fuse.js';
import { replaceDecoder } from '../decoders/replace.js';
import { sequenceDecoder } from '../decoders/sequence.js';
import { stripDecoder } from '../decoders/strip.js';
import { describe } from '../describe.js';
import { ExtendedVocabulary } from '../extendedVocabulary.js';
import { type Bpe, readBpe } from '../models/bpe.js';
import { readUnigram, type Unigram } from '../models/unigram.js';
import { precompiledNormalizer } from '../normalizers/precompiled.js';
import { prependNormalizer } from '../normalizers/prepend.js';
import { replaceNormalizer } from '../normalizers/replace.js';
import { sequenceNormalizer } from '../normalizers/sequence.js';
import type { Decoder, Normalizer, PreTokenizer } from '../pipeline.js';
import { type EncodingTemplate, readTemplate } from '../postProcessors/template.js';
import { splitPreTokenizer } from '../preTokenizers/split.js';
import type { Tokenizer } from '../tokenizer.js';
import { UNKNOWN_SURFACE } from '../unigramTokenizer.js';
import { Vocabulary } from '../vocabulary.js';
import { mergesOfPieces } from './mergesOfPieces.js';
import { type ModelProto, readModelProto } from './modelProto.js';

/** Options of `createSentencePieceTokenizer`. */
export interface SentencePieceTokenizerOptions {
  /** T5's `<extra_id_0>` and so on, which follow the pieces from the last to the first; none by default. */
  readonly extraIds?: number;
  /** Tokens that text never becomes unless it is asked to, beside the model's own; others than pieces get the next ids. */
  readonly specialTokens?: readonly string[];
  /** The special tokens that `encode` adds to every text; none by default. T5's are `$A </s>` and `$A </s> $B </s>`. */
  readonly template?: EncodingTemplate;
}

const OWNER = 'createSentencePieceTokenizer';
const SPACE = '▁';
const MAX_EXTRA_IDS = 10_000;

/**
 * The tokenizer of a spiece.model: T5's, ALBERT's, Llama's and others', of the Unigram or the BPE kind. Text is normalized
 * by the rules that the model holds.
 *
 * @param model the bytes of the file
 * @throws TokenizerError if the bytes are no SentencePiece model, or one of another kind
 * @throws ConfigError if an option is unknown
 * @see Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226
 */
export function createSentencePieceTokenizer(
  model: Uint8Array,
  options: SentencePieceTokenizerOptions = {},
): Tokenizer {
  rejectUnknownOptions(OWNER, options, ['extraIds', 'specialTokens', 'template']);
  const { extraIds = 0, specialTokens = [], template } = options;
  if (!Number.isInteger(extraIds) || extraIds < 0 || extraIds > MAX_EXTRA_IDS) {
    throw new ConfigError(
      `${OWNER}: extraIds is ${describe(extraIds)}.\nIt must be a whole number up to ${MAX_EXTRA_IDS}.`,
      { value: extraIds },
    );
  }
  if (!(model instanceof Uint8Array)) {
    throw new TokenizerError(`${OWNER}: the model is ${describe(model)}.\nPass the bytes of a spiece.model.`, {
      value: model,
    });
  }
  const proto = readModelProto(model);
  if (proto.treatWhitespaceAsSuffix) {
    throw new TokenizerError(`${OWNER}: the model puts spaces after words, which is not supported.`);
  }
  const pieceModel = readPieces(proto);
  const vocabulary = new ExtendedVocabulary(pieceModel.vocabulary, OWNER);
  return composeTokenizer({
    normalizer: normalizerOf(proto),
    preTokenizer: preTokenizerOf(proto),
    model: pieceModel,
    postProcessor: () => readTemplate(template, vocabulary, OWNER),
    decoder: decoderOf(proto),
    addedTokens: addedTokensOf(proto, vocabulary, extraIds, specialTokens),
    vocabulary,
  });
}

function readPieces({ pieces, modelType, byteFallback }: ModelProto): Unigram | Bpe {
  const unknownToken = pieces.find(({ type }) => type === 'unknown')?.piece;
  const unused = new Set(pieces.flatMap(({ type }, id) => (type === 'unused' || type === 'control' ? [id] : [])));
  const settings = { byteFallback, ...(unknownToken !== undefined && { unknownToken }) };
  switch (modelType) {
    case 'unigram':
      return readUnigram({ pieces: pieces.map(({ piece, score }) => [piece, score]), ...settings }, OWNER).excluding(
        unused,
      );
    case 'bpe': {
      const vocabulary = new Vocabulary(
        pieces.map(({ piece }, id) => [piece, id]),
        OWNER,
      );
      return readBpe(vocabulary, { merges: mergesOfPieces(pieces), fuseUnknown: true, ...settings }, OWNER).excluding(
        unused,
      );
    }
    default:
      throw new TokenizerError(
        `${OWNER}: the model is of the type ${modelType}, which is not supported.\nUnigram and BPE models are.`,
        { value: modelType },
      );
  }
}

/** SentencePiece's own way: its rules first, then its white space. */
function normalizerOf(proto: ModelProto): Normalizer {
  const { characterMap, removeExtraWhitespaces, addDummyPrefix, escapeWhitespaces } = proto;
  const space = escapeWhitespaces ? SPACE : ' ';
  return sequenceNormalizer([
    ...(characterMap.length > 0 ? [precompiledNormalizer(characterMap, 'longest')] : []),
    ...(removeExtraWhitespaces
      ? [replaceNormalizer({ regex: ' {2,}' }, ' '), replaceNormalizer({ regex: '\\A | \\z' }, '')]
      : []),
    ...(escapeWhitespaces ? [replaceNormalizer(' ', SPACE)] : []),
    ...(addDummyPrefix ? [prependNormalizer(space)] : []),
  ]);
}

/** Where no piece goes on beyond a space, words can be looked at one by one, which is faster and comes to the same. */
function preTokenizerOf({ pieces, escapeWhitespaces }: ModelProto): PreTokenizer | undefined {
  const space = escapeWhitespaces ? SPACE : ' ';
  const isCut = pieces.some(({ piece, type }) => type !== 'control' && piece.includes(space, 1));
  return isCut ? undefined : splitPreTokenizer(space, { behavior: 'mergedWithNext' });
}

function decoderOf({ pieces, addDummyPrefix, escapeWhitespaces, byteFallback }: ModelProto): Decoder {
  const unknownToken = pieces.find(({ type }) => type === 'unknown')?.piece;
  return sequenceDecoder([
    ...(unknownToken === undefined ? [] : [replaceDecoder(unknownToken, UNKNOWN_SURFACE)]),
    ...(escapeWhitespaces ? [replaceDecoder(SPACE, ' ')] : []),
    ...(byteFallback ? [byteFallbackDecoder()] : []),
    fuseDecoder(),
    ...(addDummyPrefix ? [stripDecoder(' ', 1, 0)] : []),
  ]);
}

function addedTokensOf(
  { pieces }: ModelProto,
  vocabulary: ExtendedVocabulary,
  extraIds: number,
  specialTokens: readonly string[],
): AddedToken[] {
  const tokens = new Map<string, AddedToken>();
  const add = (content: string, special: boolean) => {
    if (tokens.has(content)) return;
    tokens.set(content, { id: vocabulary.add(content, undefined, OWNER), content, ...AS_IT_IS, special });
  };
  for (const { piece, type } of pieces) {
    if (type === 'control' || type === 'unknown') add(piece, true);
    if (type === 'userDefined') add(piece, false);
  }
  for (let index = extraIds - 1; index >= 0; index--) add(`<extra_id_${index}>`, true);
  for (const token of specialTokens) add(token, true);
  return [...tokens.values()];
}
