import { rejectUnknownOptions } from '../errors/index.js';
import { addSpecialTokens } from './addedTokens.js';
import { composeTokenizer } from './composeTokenizer.js';
import { bpeDecoder } from './decoders/bpe.js';
import { readBpe } from './models/bpe.js';
import type { MergesInput } from './models/mergeList.js';
import { bertNormalizer } from './normalizers/bert.js';
import { type EncodingTemplate, readTemplate } from './postProcessors/template.js';
import { bertPreTokenizer } from './preTokenizers/bert.js';
import type { Tokenizer } from './tokenizer.js';
import { readVocabulary, type VocabularyInput } from './vocabulary.js';

/** Options of `createGpt1Tokenizer`. */
export interface Gpt1TokenizerOptions {
  /** Tokens and their ids: a vocab.json, as text or parsed, or a Map. The last token of a word ends with `</w>`. */
  readonly vocab: VocabularyInput;
  /** The merges, first learned first: a merges.txt, or pairs. */
  readonly merges: MergesInput;
  /** What a character becomes that the vocabulary lacks; `<unk>` by default. */
  readonly unknownToken?: string;
  /** Tokens that text never becomes unless it is asked to, beside the unknown token; none by default. */
  readonly specialTokens?: readonly string[];
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
}

/**
 * GPT-1's tokenizer: BERT's words in lower case, and byte-pair encoding of their characters. (OpenAI's own code splits
 * words with spaCy after it has repaired the text with ftfy; this is what Hugging Face does without these two.)
 *
 * @throws TokenizerError if the vocabulary or the merges are malformed or do not fit each other
 * @throws ConfigError if an option is unknown
 * @see Radford et al. 2018, "Improving Language Understanding by Generative Pre-Training"
 */
export function createGpt1Tokenizer(options: Gpt1TokenizerOptions): Tokenizer {
  const owner = 'createGpt1Tokenizer';
  rejectUnknownOptions(owner, options, ['vocab', 'merges', 'unknownToken', 'specialTokens', 'template']);
  const { merges, unknownToken = '<unk>', specialTokens = [], template } = options;
  const vocabulary = readVocabulary(options.vocab, owner);
  const addedTokens = addSpecialTokens([...new Set([unknownToken, ...specialTokens])], vocabulary, owner);
  return composeTokenizer({
    normalizer: bertNormalizer(),
    preTokenizer: bertPreTokenizer(),
    model: readBpe(vocabulary, { merges, unknownToken, endOfWordSuffix: '</w>' }, owner),
    postProcessor: () => readTemplate(template, vocabulary, owner),
    decoder: bpeDecoder('</w>'),
    addedTokens: addedTokens.toJson(),
    vocabulary,
  });
}
