import { rejectUnknownOptions } from '../errors/index.js';
import { addSpecialTokens } from './addedTokens.js';
import { ByteLevelDecoder } from './decoders/byteLevel.js';
import { ByteLevelBpe } from './models/byteLevelBpe.js';
import { type MergesInput, readMerges } from './models/mergeList.js';
import { PipelineTokenizer } from './pipelineTokenizer.js';
import { type EncodingTemplate, readTemplate } from './postProcessors/template.js';
import { Gpt2WordSplitter } from './preTokenizers/gpt2Words.js';
import type { Tokenizer } from './tokenizer.js';
import { readVocabulary, type VocabularyInput } from './vocabulary.js';
import { WordEncoder } from './wordEncoder.js';

/** What GPT-2's own tokenizer.json has: offsets keep the spaces that words begin with. */
const PLAIN_POST_PROCESSOR = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true };

/** Options of `createByteLevelBpeTokenizer`. */
export interface ByteLevelBpeOptions {
  /** Tokens, spelt in the byte alphabet of GPT-2, and their ids: a vocab.json, as text or parsed, or a Map. */
  readonly vocab: VocabularyInput;
  /** The merges, first learned first: a merges.txt, or pairs. */
  readonly merges: MergesInput;
  /**
   * Tokens that text never becomes unless it is asked to. Those that the vocabulary lacks get the next ids. By default
   * `<|endoftext|>` where the vocabulary has it.
   */
  readonly specialTokens?: readonly string[];
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
}

/**
 * A byte-level BPE tokenizer with GPT-2's words, from its vocabulary and merges. Any text has an encoding, and decoding
 * gives the text back, but for lone surrogates, which become U+FFFD.
 *
 * @throws TokenizerError if the vocabulary or the merges are malformed or do not fit each other
 * @throws ConfigError if an option is unknown
 * @see Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2
 */
export function createByteLevelBpeTokenizer(options: ByteLevelBpeOptions): Tokenizer {
  const owner = 'createByteLevelBpeTokenizer';
  rejectUnknownOptions(owner, options, ['vocab', 'merges', 'specialTokens', 'template']);
  const vocabulary = readVocabulary(options.vocab, owner);
  const specialTokens = options.specialTokens ?? ['<|endoftext|>'].filter((token) => vocabulary.has(token));
  const merges = readMerges(options.merges, vocabulary, owner);
  const addedTokens = addSpecialTokens(specialTokens, vocabulary, owner);
  const specialIds = new Set(addedTokens.special().values());
  return new PipelineTokenizer({
    vocabulary,
    addedTokens,
    encoder: new WordEncoder(new Gpt2WordSplitter(), new ByteLevelBpe(vocabulary, merges, specialIds)),
    postProcessor: readTemplate(options.template, vocabulary, owner, PLAIN_POST_PROCESSOR),
    decoder: new ByteLevelDecoder(vocabulary, addedTokens),
  });
}
