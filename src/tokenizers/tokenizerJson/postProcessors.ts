import type { PostProcessorOf, TokenVocabulary } from '../pipeline.js';
import { bertPostProcessor } from '../postProcessors/bert.js';
import { byteLevelPostProcessor } from '../postProcessors/byteLevel.js';
import { robertaPostProcessor } from '../postProcessors/roberta.js';
import { sequencePostProcessor } from '../postProcessors/sequence.js';
import { checkSequences, Template, type TemplateItem } from '../postProcessors/template.js';
import { asArray, malformed, type Section } from './section.js';

const OWNER = 'tokenizerFromJson';

const READERS: ReadonlyMap<string, (section: Section) => PostProcessorOf> = new Map([
  ['TemplateProcessing', readTemplateProcessing],
  ['BertProcessing', readBert],
  ['RobertaProcessing', readRoberta],
  ['ByteLevel', readByteLevel],
  ['Sequence', readSequence],
]);

/** @throws TokenizerError if the section is malformed, or of no known type */
export function readPostProcessor(section: Section): PostProcessorOf {
  const read = READERS.get(section.value('type') as string);
  return read === undefined ? section.refuseType([...READERS.keys()]) : read(section);
}

function readSequence(section: Section): PostProcessorOf {
  return sequencePostProcessor(section.sections('processors').map(readPostProcessor));
}

function readByteLevel(section: Section): PostProcessorOf {
  return byteLevelPostProcessor({
    trimOffsets: section.boolean('trim_offsets', true),
    addPrefixSpace: section.boolean('add_prefix_space', true),
  });
}

function readBert(section: Section): PostProcessorOf {
  const post = bertPostProcessor({ cls: specialToken(section, 'cls'), sep: specialToken(section, 'sep') });
  return (vocabulary) => {
    checkIds(section, ['cls', 'sep'], vocabulary);
    return post(vocabulary);
  };
}

function readRoberta(section: Section): PostProcessorOf {
  const post = robertaPostProcessor({
    cls: specialToken(section, 'cls'),
    sep: specialToken(section, 'sep'),
    trimOffsets: section.boolean('trim_offsets', true),
    addPrefixSpace: section.boolean('add_prefix_space', true),
  });
  return (vocabulary) => {
    checkIds(section, ['cls', 'sep'], vocabulary);
    return post(vocabulary);
  };
}

/** The token of a pair of token and id. A template of words with spaces between them can hold it if it has none. */
function specialToken(section: Section, key: string): string {
  const [token] = section.array(key);
  return typeof token === 'string' && /^[^ ]+$/.test(token) ? token : section.malformed(key, '[token, id]');
}

function checkIds(section: Section, keys: readonly string[], vocabulary: TokenVocabulary): void {
  for (const key of keys) {
    const [token, id] = section.array(key);
    if (vocabulary.idOf(token as string) !== id) section.malformed(key, 'a token of the vocabulary and its id');
  }
}

function readTemplateProcessing(section: Section): PostProcessorOf {
  return (vocabulary) => {
    const single = readItems(section, 'single', vocabulary);
    const pair = readItems(section, 'pair', vocabulary);
    checkSequences(single, 'A', `${section.name}.single`, OWNER);
    checkSequences(pair, 'AB', `${section.name}.pair`, OWNER);
    return new Template(single, pair);
  };
}

/** Rows of pieces hold four times the type id in 32 bits. */
function readTypeId(place: Section): number {
  const typeId = place.count('type_id');
  return typeId < 2 ** 28 ? typeId : place.malformed('type_id', 'a whole number below 2^28');
}

function readItems(section: Section, key: string, vocabulary: TokenVocabulary): TemplateItem[] {
  return section.sections(key).flatMap((item): TemplateItem[] => {
    if (item.has('Sequence')) {
      const place = item.section('Sequence');
      return [{ name: place.choice('id', ['A', 'B']), typeId: readTypeId(place) }];
    }
    const place = item.section('SpecialToken');
    const id = place.string('id');
    const token = section.section('special_tokens').section(id);
    return asArray(token.value('ids'), `${token.name}.ids`).map((tokenId): TemplateItem => {
      const content = typeof tokenId === 'number' ? vocabulary.tokenOf(tokenId) : undefined;
      if (content === undefined) return malformed(`${token.name}.ids`, tokenId, 'ids of the vocabulary');
      return { name: content, id: tokenId as number, typeId: readTypeId(place) };
    });
  });
}
