import { bpeDecoder } from '../decoders/bpe.js';
import { byteFallbackDecoder } from '../decoders/byteFallback.js';
import { byteLevelDecoder } from '../decoders/byteLevel.js';
import { ctcDecoder } from '../decoders/ctc.js';
import { fuseDecoder } from '../decoders/fuse.js';
import { metaspaceDecoder } from '../decoders/metaspace.js';
import { replaceDecoder } from '../decoders/replace.js';
import { sequenceDecoder } from '../decoders/sequence.js';
import { stripDecoder } from '../decoders/strip.js';
import { wordPieceDecoder } from '../decoders/wordPiece.js';
import type { Decoder } from '../pipeline.js';
import { readPattern } from './pattern.js';
import { readMetaspace } from './preTokenizers.js';
import type { Section } from './section.js';

const READERS: ReadonlyMap<string, (section: Section) => Decoder> = new Map<string, (section: Section) => Decoder>([
  ['BPEDecoder', (section) => bpeDecoder(section.string('suffix', '</w>'))],
  ['ByteLevel', byteLevelDecoder],
  ['WordPiece', readWordPiece],
  ['Metaspace', (section) => metaspaceDecoder(readMetaspace(section))],
  ['CTC', readCtc],
  ['Replace', (section) => replaceDecoder(readPattern(section), section.string('content'))],
  ['Fuse', fuseDecoder],
  ['Strip', (section) => stripDecoder(section.string('content'), section.count('start'), section.count('stop'))],
  ['ByteFallback', byteFallbackDecoder],
  ['Sequence', (section) => sequenceDecoder(section.sections('decoders').map(readDecoder))],
]);

/** @throws TokenizerError if the section is malformed, or of no known type */
export function readDecoder(section: Section): Decoder {
  const read = READERS.get(section.value('type') as string);
  return read === undefined ? section.refuseType([...READERS.keys()]) : read(section);
}

function readWordPiece(section: Section): Decoder {
  return wordPieceDecoder({ prefix: section.string('prefix', '##'), cleanup: section.boolean('cleanup', true) });
}

function readCtc(section: Section): Decoder {
  return ctcDecoder({
    padToken: section.string('pad_token', '<pad>'),
    wordDelimiterToken: section.string('word_delimiter_token', '|'),
    cleanup: section.boolean('cleanup', true),
  });
}
