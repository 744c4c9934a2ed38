import { rejectUnknownOptions, TokenizerError } from '../errors/index.js';
import { type AddedTokens, addSpecialTokens } from './addedTokens.js';
import { bytesToUnicode } from './byteAlphabet.js';
import { ByteLevelDecoder } from './decoders/byteLevel.js';
import { ByteLevelBpe } from './models/byteLevelBpe.js';
import { type MergeList, type MergesInput, readMerges } from './models/mergeList.js';
import { PipelineTokenizer } from './pipelineTokenizer.js';
import { type EncodingTemplate, readTemplate, type Template } from './postProcessors/template.js';
import { ByteLevelPreTokenizer } from './preTokenizers/byteLevel.js';
import type { Tokenizer } from './tokenizer.js';
import { readVocabulary, type Vocabulary, type VocabularyInput } from './vocabulary.js';

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
  const specialTokens = options.specialTokens ?? (vocabulary.has('<|endoftext|>') ? ['<|endoftext|>'] : []);
  const merges = readMerges(options.merges, vocabulary, owner);
  const addedTokens = addSpecialTokens(specialTokens, vocabulary, owner);
  return byteLevelBpe(vocabulary, merges, addedTokens, readTemplate(options.template ?? {}, vocabulary, owner));
}

/** The tokenizer of checked parts. */
export function byteLevelBpe(
  vocabulary: Vocabulary,
  merges: MergeList,
  addedTokens: AddedTokens,
  template: Template,
): PipelineTokenizer {
  const specialTokens = addedTokens.special();
  const byte = bytesToUnicode().find((character) => specialTokens.has(character));
  if (byte !== undefined) {
    throw new TokenizerError(
      `The special token ${JSON.stringify(byte)} is how the vocabulary spells a byte, which text must be free to use.\n` +
        'Choose a special token of several characters.',
      { value: byte },
    );
  }
  return new PipelineTokenizer({
    vocabulary,
    addedTokens,
    preTokenizer: new ByteLevelPreTokenizer(),
    model: new ByteLevelBpe(vocabulary, merges, new Set(specialTokens.values())),
    template,
    decoder: new ByteLevelDecoder(vocabulary, addedTokens),
    plainPostProcessor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
  });
}
