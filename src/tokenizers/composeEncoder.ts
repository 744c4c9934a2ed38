// Parts can be put together in any way, and most tokenizers put them together in one of a few. For these there is a faster
// way to the same pieces; which one it is, is found out here.

import type { AddedTokens } from './addedTokens.js';
import { BertEncoder } from './bertEncoder.js';
import { MappedEncoder } from './mappedEncoder.js';
import type { MappedText } from './mappedText.js';
import { Bpe } from './models/bpe.js';
import { ByteLevelBpe } from './models/byteLevelBpe.js';
import { WholeWords } from './models/wholeWords.js';
import { WordLevel } from './models/wordLevel.js';
import { BertNormalizer } from './normalizers/bert.js';
import type { Model, Normalizer, PreTokenizer, SegmentEncoder, WordSplitter } from './pipeline.js';
import { BertPreTokenizer } from './preTokenizers/bert.js';
import { ByteLevelPreTokenizer } from './preTokenizers/byteLevel.js';
import { ANY_CHARACTER, CharacterSplitter } from './preTokenizers/characters.js';
import { Gpt2WordSplitter } from './preTokenizers/gpt2Words.js';
import { SequencePreTokenizer } from './preTokenizers/sequence.js';
import { SplitPreTokenizer } from './preTokenizers/split.js';
import { SplitWords } from './preTokenizers/splitWords.js';
import { WordEncoder } from './wordEncoder.js';

/** The parts between text and pieces. */
export interface EncoderParts {
  readonly normalizer: Normalizer | undefined;
  readonly preTokenizer: PreTokenizer | undefined;
  readonly model: Model;
  /** Added tokens that are looked for in the normalized text. */
  readonly addedTokens: AddedTokens | undefined;
  /** Ids that text never becomes unless it is asked to. */
  readonly specialIds: ReadonlySet<number>;
}

/** The encoder of the parts: one made for just these if there is one. It writes them as they are. */
export function composeEncoder(parts: EncoderParts): SegmentEncoder {
  const { normalizer, preTokenizer, addedTokens, specialIds } = parts;
  const model = parts.model.excluding?.(specialIds) ?? parts.model;
  const general = new MappedEncoder({ normalizer, preTokenizer, model, addedTokens });
  const encoder = addedTokens === undefined ? fastEncoder(parts, model) : undefined;
  if (encoder === undefined) return general;
  return {
    encode: (text, start, end, pieces, parse) => encoder.encode(text, start, end, pieces, parse),
    toJson: () => general.toJson(),
  };
}

function fastEncoder(parts: EncoderParts, model: Model): SegmentEncoder | undefined {
  const { normalizer, preTokenizer } = parts;
  if (normalizer instanceof BertNormalizer && preTokenizer instanceof BertPreTokenizer) {
    const splitsAll = normalizer.options.neverSplit.length === 0 && preTokenizer.neverSplit.size === 0;
    return splitsAll ? new BertEncoder(normalizer, preTokenizer, model) : undefined;
  }
  if (model instanceof WordLevel && normalizer === undefined && isCharacters(preTokenizer)) {
    return new WordEncoder(new CharacterSplitter(), model);
  }
  return byteLevelEncoder(parts);
}

function isCharacters(preTokenizer: PreTokenizer | undefined): boolean {
  if (!(preTokenizer instanceof SplitPreTokenizer)) return false;
  const { pattern } = preTokenizer.matcher;
  const { behavior, invert } = preTokenizer.options;
  return typeof pattern === 'object' && pattern.regex === ANY_CHARACTER && behavior === 'isolated' && !invert;
}

/** Byte-level words need not be spelt in the byte alphabet for a model that starts from bytes. */
function byteLevelEncoder({ normalizer, preTokenizer, model, specialIds }: EncoderParts): SegmentEncoder | undefined {
  const steps = flatten(preTokenizer);
  const last = steps.pop();
  if (!(last instanceof ByteLevelPreTokenizer && model instanceof Bpe && isPlain(model))) return undefined;
  if (steps.some((step) => step instanceof ByteLevelPreTokenizer)) return undefined;
  const bytes = new ByteLevelBpe(model.vocabulary, model.merges, specialIds);
  const spelling = model.settings.ignoreMerges ? new WholeWords(bytes, specialIds) : bytes;
  const splitter = normalizer === undefined ? wordSplitter(steps, last) : undefined;
  if (splitter !== undefined) return new WordEncoder(splitter, spelling);
  const before = new SequencePreTokenizer(steps);
  const words = {
    preTokenize: (text: MappedText) => before.preTokenize(text).flatMap((word) => last.words(word)),
    toJson: () => last.toJson(),
  };
  return new MappedEncoder({ normalizer, preTokenizer: words, model: spelling, addedTokens: undefined });
}

/** What splits a text into ranges that are the words, if these steps do no more than that. */
function wordSplitter(steps: readonly PreTokenizer[], last: ByteLevelPreTokenizer): WordSplitter | undefined {
  const { addPrefixSpace, splitWords } = last.options;
  if (addPrefixSpace) return undefined;
  if (splitWords) return steps.length === 0 ? new Gpt2WordSplitter() : undefined;
  const [split, ...others] = steps;
  if (!(split instanceof SplitPreTokenizer && others.length === 0)) return undefined;
  if (split.options.behavior !== 'isolated') return undefined;
  return new SplitWords(split.matcher.find, () => split.toJson());
}

function flatten(preTokenizer: PreTokenizer | undefined): PreTokenizer[] {
  if (preTokenizer === undefined) return [];
  return preTokenizer instanceof SequencePreTokenizer ? preTokenizer.preTokenizers.flatMap(flatten) : [preTokenizer];
}

function isPlain({ settings }: Bpe): boolean {
  const { unknownToken, byteFallback, continuingPrefix, endOfWordSuffix } = settings;
  return unknownToken === undefined && !byteFallback && continuingPrefix === '' && endOfWordSuffix === '';
}
