import { readBpe } from '../models/bpe.js';
import type { MergesInput } from '../models/mergeList.js';
import { readUnigram, type UnigramModelOptions } from '../models/unigram.js';
import { WordLevel } from '../models/wordLevel.js';
import { WordPiece } from '../models/wordPiece.js';
import type { Model } from '../pipeline.js';
import { Vocabulary } from '../vocabulary.js';
import { malformed, type Section } from './section.js';

const OWNER = 'tokenizerFromJson';

const READERS: ReadonlyMap<string, (section: Section) => Model> = new Map([
  ['BPE', readBpeModel],
  ['WordPiece', readWordPiece],
  ['WordLevel', readWordLevel],
  ['Unigram', readUnigramModel],
]);

/** @throws TokenizerError if the section is malformed, or of no known type */
export function readModel(section: Section): Model {
  const read = READERS.get((section.value('type') ?? typeOf(section)) as string);
  return read === undefined ? section.refuseType([...READERS.keys()]) : read(section);
}

/** What a model is that does not say so, as in the first files of the format. */
function typeOf(section: Section): string | undefined {
  if (section.has('merges')) return 'BPE';
  if (section.has('continuing_subword_prefix')) return 'WordPiece';
  if (Array.isArray(section.value('vocab'))) return 'Unigram';
  return section.has('unk_token') ? 'WordLevel' : undefined;
}

function readBpeModel(section: Section): Model {
  const dropout = section.value('dropout');
  if (dropout !== undefined && dropout !== 0) {
    section.malformed('dropout', 'none: what comes of a text must not be up to chance');
  }
  const affix = (key: string) => section.string(key, '');
  return readBpe(
    readVocab(section),
    {
      merges: section.array('merges') as MergesInput,
      ...(section.has('unk_token') && { unknownToken: section.string('unk_token') }),
      fuseUnknown: section.boolean('fuse_unk', false),
      byteFallback: section.boolean('byte_fallback', false),
      ignoreMerges: section.boolean('ignore_merges', false),
      continuingPrefix: affix('continuing_subword_prefix'),
      endOfWordSuffix: affix('end_of_word_suffix'),
    },
    OWNER,
  );
}

function readWordPiece(section: Section): Model {
  return new WordPiece(readVocab(section), {
    unknownToken: section.string('unk_token', '[UNK]'),
    continuingPrefix: section.string('continuing_subword_prefix', '##'),
    maxCharactersPerWord: section.count('max_input_chars_per_word', 100),
  });
}

function readWordLevel(section: Section): Model {
  return new WordLevel(readVocab(section), new Set(), section.string('unk_token'));
}

function readUnigramModel(section: Section): Model {
  const pieces = section.array('vocab') as UnigramModelOptions['pieces'];
  const byteFallback = section.boolean('byte_fallback', false);
  if (!section.has('unk_id')) return readUnigram({ pieces, byteFallback }, OWNER);
  const unknownToken = pieces[section.count('unk_id')]?.[0] as unknown; // what no piece is, `readUnigram` refuses
  if (typeof unknownToken !== 'string') return section.malformed('unk_id', 'the index of a piece');
  return readUnigram({ pieces, byteFallback, unknownToken }, OWNER);
}

function readVocab(section: Section): Vocabulary {
  const vocab = section.value('vocab');
  if (typeof vocab !== 'object' || Array.isArray(vocab)) malformed(`${section.name}.vocab`, vocab, 'an object');
  return new Vocabulary(Object.entries(vocab as object), OWNER);
}
