import { bertNormalizer } from '../normalizers/bert.js';
import { byteLevelNormalizer } from '../normalizers/byteLevel.js';
import { lowercaseNormalizer } from '../normalizers/lowercase.js';
import { nmtNormalizer } from '../normalizers/nmt.js';
import { type PrecompiledMatching, precompiledNormalizer } from '../normalizers/precompiled.js';
import { prependNormalizer } from '../normalizers/prepend.js';
import { replaceNormalizer } from '../normalizers/replace.js';
import { sequenceNormalizer } from '../normalizers/sequence.js';
import { stripNormalizer } from '../normalizers/strip.js';
import { stripAccentsNormalizer } from '../normalizers/stripAccents.js';
import { nfcNormalizer, nfdNormalizer, nfkcNormalizer, nfkdNormalizer } from '../normalizers/unicode.js';
import type { Normalizer } from '../pipeline.js';
import { readNeverSplit, readPattern } from './pattern.js';
import type { Section } from './section.js';

const READERS: ReadonlyMap<string, (section: Section) => Normalizer> = new Map<
  string,
  (section: Section) => Normalizer
>([
  ['BertNormalizer', readBert],
  ['NFC', nfcNormalizer],
  ['NFD', nfdNormalizer],
  ['NFKC', nfkcNormalizer],
  ['NFKD', nfkdNormalizer],
  ['Lowercase', lowercaseNormalizer],
  ['StripAccents', stripAccentsNormalizer],
  ['Nmt', nmtNormalizer],
  ['ByteLevel', byteLevelNormalizer],
  [
    'Strip',
    (section) => stripNormalizer({ left: section.boolean('strip_left'), right: section.boolean('strip_right') }),
  ],
  ['Prepend', (section) => prependNormalizer(section.string('prepend'))],
  ['Replace', (section) => replaceNormalizer(readPattern(section), section.string('content'))],
  [
    'Precompiled',
    (section) =>
      precompiledNormalizer(
        section.string('precompiled_charsmap', ''),
        section.choice<PrecompiledMatching>('matching', ['grapheme', 'longest'], 'grapheme'),
      ),
  ],
  ['Sequence', (section) => sequenceNormalizer(section.sections('normalizers').map(readNormalizer))],
]);

/** @throws TokenizerError if the section is malformed, or of no known type */
export function readNormalizer(section: Section): Normalizer {
  const read = READERS.get(section.value('type') as string);
  return read === undefined ? section.refuseType([...READERS.keys()]) : read(section);
}

function readBert(section: Section): Normalizer {
  return bertNormalizer({
    cleanText: section.boolean('clean_text', true),
    splitHan: section.boolean('handle_chinese_chars', true),
    lowercase: section.boolean('lowercase', true),
    ...(section.has('strip_accents') && { stripAccents: section.boolean('strip_accents') }),
    neverSplit: readNeverSplit(section),
  });
}
