import type { PreTokenizer } from '../pipeline.js';
import { bertPreTokenizer } from '../preTokenizers/bert.js';
import { byteLevelPreTokenizer } from '../preTokenizers/byteLevel.js';
import { charDelimiterSplitPreTokenizer } from '../preTokenizers/charDelimiterSplit.js';
import { digitsPreTokenizer } from '../preTokenizers/digits.js';
import { fixedLengthPreTokenizer } from '../preTokenizers/fixedLength.js';
import { type MetaspaceOptions, metaspacePreTokenizer } from '../preTokenizers/metaspace.js';
import { punctuationPreTokenizer } from '../preTokenizers/punctuation.js';
import { sequencePreTokenizer } from '../preTokenizers/sequence.js';
import { splitPreTokenizer } from '../preTokenizers/split.js';
import type { SplitBehavior } from '../preTokenizers/splitBehavior.js';
import { unicodeScriptsPreTokenizer } from '../preTokenizers/unicodeScripts.js';
import { whitespacePreTokenizer } from '../preTokenizers/whitespace.js';
import { whitespaceSplitPreTokenizer } from '../preTokenizers/whitespaceSplit.js';
import { readNeverSplit, readPattern } from './pattern.js';
import type { Section } from './section.js';

const READERS: ReadonlyMap<string, (section: Section) => PreTokenizer> = new Map<
  string,
  (section: Section) => PreTokenizer
>([
  ['BertPreTokenizer', (section) => bertPreTokenizer({ neverSplit: readNeverSplit(section) })],
  ['ByteLevel', readByteLevel],
  ['CharDelimiterSplit', (section) => charDelimiterSplitPreTokenizer(section.string('delimiter'))],
  ['Metaspace', (section) => metaspacePreTokenizer(readMetaspace(section))],
  ['Whitespace', whitespacePreTokenizer],
  ['WhitespaceSplit', whitespaceSplitPreTokenizer],
  ['Punctuation', (section) => punctuationPreTokenizer(readBehavior(section, 'isolated'))],
  ['Digits', (section) => digitsPreTokenizer({ individual: section.boolean('individual_digits') })],
  ['UnicodeScripts', unicodeScriptsPreTokenizer],
  ['FixedLength', readFixedLength],
  ['Split', readSplit],
  ['Sequence', (section) => sequencePreTokenizer(section.sections('pretokenizers').map(readPreTokenizer))],
]);

/** @throws TokenizerError if the section is malformed, or of no known type */
export function readPreTokenizer(section: Section): PreTokenizer {
  const read = READERS.get(section.value('type') as string);
  return read === undefined ? section.refuseType([...READERS.keys()]) : read(section);
}

/** The settings of a Metaspace part; older files say add_prefix_space where newer ones say prepend_scheme. */
export function readMetaspace(section: Section): MetaspaceOptions {
  const adds = section.boolean('add_prefix_space', true);
  const scheme = section.choice('prepend_scheme', ['always', 'first', 'never'], adds ? 'always' : 'never');
  if (!adds && scheme !== 'never') section.malformed('add_prefix_space', `true, as prepend_scheme is ${scheme}`);
  return {
    replacement: section.string('replacement'),
    prependScheme: scheme,
    split: section.boolean('split', true),
  };
}

function readByteLevel(section: Section): PreTokenizer {
  return byteLevelPreTokenizer({
    addPrefixSpace: section.boolean('add_prefix_space', true),
    splitWords: section.boolean('use_regex', true),
  });
}

function readFixedLength(section: Section): PreTokenizer {
  const length = section.count('length', 5);
  return length < 1 ? section.malformed('length', 'at least 1') : fixedLengthPreTokenizer(length);
}

function readSplit(section: Section): PreTokenizer {
  return splitPreTokenizer(readPattern(section), {
    behavior: readBehavior(section),
    invert: section.boolean('invert'),
  });
}

function readBehavior(section: Section, otherwise?: SplitBehavior): SplitBehavior {
  if (otherwise !== undefined && !section.has('behavior')) return otherwise;
  const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
  const behavior = section.choice('behavior', behaviors);
  return (behavior.charAt(0).toLowerCase() + behavior.slice(1)) as SplitBehavior; // the same names, in camel case
}
