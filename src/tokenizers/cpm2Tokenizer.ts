import { rejectUnknownOptions } from '../errors/index.js';
import { createIntlSegmenter, type WordSegmenter } from '../segmentation/index.js';
import { addSpecialTokens } from './addedTokens.js';
import { composeTokenizer } from './composeTokenizer.js';
import { fuseDecoder } from './decoders/fuse.js';
import { replaceDecoder } from './decoders/replace.js';
import { sequenceDecoder } from './decoders/sequence.js';
import { mapCharacters } from './mappedText.js';
import { LongestMatch } from './models/longestMatch.js';
import { notInTokenizerJson } from './notInTokenizerJson.js';
import type { Normalizer, PreTokenizer } from './pipeline.js';
import { type EncodingTemplate, readTemplate } from './postProcessors/template.js';
import { segmentsOf } from './preTokenizers/segmenter.js';
import type { Tokenizer } from './tokenizer.js';
import { readVocabulary, type VocabularyInput } from './vocabulary.js';

/** Options of `createCpm2Tokenizer`. */
export interface Cpm2TokenizerOptions {
  /** Pieces and their ids: the lines of CPM-2's vocab.txt as an array, an object or a Map. */
  readonly vocab: VocabularyInput;
  /**
   * Finds the words of a text; `createIntlSegmenter()` by default. CPM-2 was trained with jieba's: its dict.txt is read by
   * `createDictionarySegmenter`.
   */
  readonly segmenter?: WordSegmenter;
  /** What a character becomes that no piece begins with; `<unk>` by default. */
  readonly unknownToken?: string;
  /** Longer words are unknown as a whole, in characters; 200 by default. */
  readonly maxCharactersPerWord?: number;
  /**
   * Tokens that text never becomes unless it is asked to. By default those of `<unk>`, `<pad>`, `<eod>`, `<s>`, `</s>` and
   * `<s_0>` and so on that the vocabulary has.
   */
  readonly specialTokens?: readonly string[];
  /** The special tokens that `encode` adds to every text; none by default. */
  readonly template?: EncodingTemplate;
}

const OPTIONS = ['vocab', 'segmenter', 'unknownToken', 'maxCharactersPerWord', 'specialTokens', 'template'];
const SPECIAL_TOKEN = /^<(unk|pad|eod|s|\/s|s_\d+)>$/;

/** What stands for a space and for a line end in the vocabulary. */
const SPACE = '\u2582';
const LINE_END = '\u2583';
/** Full-width punctuation that Chinese text keeps. */
const KEPT = '，。！（）？、；：';
/** From a full-width character to the one of ASCII. */
const FULL_WIDTH = 0xfee0;

/**
 * CPM-2's tokenizer: full-width letters and digits become those of ASCII, a segmenter finds the words, spaces and line ends
 * are kept as `▂` and `▃`, and words are spelt with the longest pieces, a character that no piece has being unknown by
 * itself. tokenizer.json has no name for these parts: `toJson` refuses.
 *
 * @throws TokenizerError if the vocabulary is malformed
 * @throws ConfigError if an option is unknown
 * @see Zhang et al. 2021, https://arxiv.org/abs/2106.10715; https://github.com/TsinghuaAI/CPM-2-Finetune
 */
export function createCpm2Tokenizer(options: Cpm2TokenizerOptions): Tokenizer {
  const owner = 'createCpm2Tokenizer';
  rejectUnknownOptions(owner, options, OPTIONS);
  const { segmenter = createIntlSegmenter(), unknownToken = '<unk>', maxCharactersPerWord = 200, template } = options;
  const vocabulary = readVocabulary(options.vocab, owner);
  const own = () => [...vocabulary.entries()].flatMap(([token]) => (SPECIAL_TOKEN.test(token) ? [token] : []));
  const special = new Set([unknownToken, ...(options.specialTokens ?? own())]);
  const addedTokens = addSpecialTokens([...special], vocabulary, owner);
  return composeTokenizer({
    normalizer: halfWidth,
    preTokenizer: words(segmenter),
    model: new LongestMatch(vocabulary, vocabulary.idOf(unknownToken)!, maxCharactersPerWord),
    postProcessor: () => readTemplate(template, vocabulary, owner),
    decoder: sequenceDecoder([replaceDecoder(SPACE, ' '), replaceDecoder(LINE_END, '\n'), fuseDecoder()]),
    addedTokens: addedTokens.toJson(),
    vocabulary,
  });
}

const halfWidth: Normalizer = {
  normalize: (text) => mapCharacters(text, toHalfWidth),
  toJson: () => notInTokenizerJson('the normalizer of CPM-2'),
};

function toHalfWidth(codePoint: number): string | undefined {
  if (codePoint === 0x3000) return ' ';
  const half = codePoint - FULL_WIDTH;
  if (half < 0x20 || half > 0x7e || KEPT.includes(String.fromCodePoint(codePoint))) return undefined;
  return String.fromCharCode(half);
}

function words(segmenter: WordSegmenter): PreTokenizer {
  return {
    preTokenize: (text) =>
      segmentsOf(text, segmenter).map((word) =>
        mapCharacters(word, (codePoint) => (codePoint === 0x20 ? SPACE : codePoint === 0x0a ? LINE_END : undefined)),
      ),
    toJson: () => notInTokenizerJson('a word segmenter'),
  };
}
