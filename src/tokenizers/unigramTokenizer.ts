import { rejectUnknownOptions } from '../errors/index.js';
import { AS_IT_IS } from './addedTokens.js';
import { composeTokenizer } from './composeTokenizer.js';
import { metaspaceDecoder } from './decoders/metaspace.js';
import { replaceDecoder } from './decoders/replace.js';
import { sequenceDecoder } from './decoders/sequence.js';
import { ExtendedVocabulary } from './extendedVocabulary.js';
import { readUnigram, type UnigramModelOptions } from './models/unigram.js';
import { nmtNormalizer } from './normalizers/nmt.js';
import { replaceNormalizer } from './normalizers/replace.js';
import { sequenceNormalizer } from './normalizers/sequence.js';
import { stripNormalizer } from './normalizers/strip.js';
import { nfkcNormalizer } from './normalizers/unicode.js';
import type { Normalizer } from './pipeline.js';
import { type EncodingTemplate, readTemplate } from './postProcessors/template.js';
import { metaspacePreTokenizer } from './preTokenizers/metaspace.js';
import type { Tokenizer } from './tokenizer.js';

/** Options of `createUnigramTokenizer`. */
export interface UnigramTokenizerOptions extends UnigramModelOptions {
  /**
   * Rewrites text first. By default control characters go, compatibility characters are replaced (NFKC), and white space
   * is one space between words: SentencePiece's nmt_nfkc, as near as the JavaScript engine's Unicode tables come.
   */
  readonly normalizer?: Normalizer;
  /** Tokens that text never becomes unless it is asked to, beside the unknown token; others than pieces get the next ids. */
  readonly specialTokens?: readonly string[];
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
}

const OPTIONS = ['pieces', 'unknownToken', 'byteFallback', 'normalizer', 'specialTokens', 'template'];
/** How SentencePiece writes an unknown piece. */
export const UNKNOWN_SURFACE = ' \u2047 ';

/**
 * A tokenizer of SentencePiece's Unigram kind: spaces are written as `▁`, words begin with one, and each is spelt with the
 * pieces whose scores sum up to the most. To read a spiece.model, take `createSentencePieceTokenizer`.
 *
 * @throws TokenizerError if the pieces are malformed, or the unknown token is none of them
 * @throws ConfigError if an option is unknown
 * @see Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226
 */
export function createUnigramTokenizer(options: UnigramTokenizerOptions): Tokenizer {
  const owner = 'createUnigramTokenizer';
  rejectUnknownOptions(owner, options, OPTIONS);
  const { unknownToken, normalizer = nmtNfkc(), specialTokens = [], template } = options;
  const model = readUnigram(options, owner);
  const vocabulary = new ExtendedVocabulary(model.vocabulary, owner);
  const special = new Set(unknownToken === undefined ? specialTokens : [unknownToken, ...specialTokens]);
  const metaspace = metaspaceDecoder();
  return composeTokenizer({
    normalizer,
    preTokenizer: metaspacePreTokenizer(),
    model,
    postProcessor: () => readTemplate(template, vocabulary, owner),
    decoder:
      unknownToken === undefined
        ? metaspace
        : sequenceDecoder([replaceDecoder(unknownToken, UNKNOWN_SURFACE), metaspace]),
    addedTokens: [...special].map((content) => ({
      id: vocabulary.add(content, undefined, owner),
      content,
      ...AS_IT_IS,
      special: true,
    })),
    vocabulary,
  });
}

function nmtNfkc(): Normalizer {
  return sequenceNormalizer([
    nmtNormalizer(),
    nfkcNormalizer(),
    stripNormalizer(),
    replaceNormalizer({ regex: ' {2,}' }, ' '),
  ]);
}
