import type { Pattern } from '../pattern.js';
import { malformed, type Section } from './section.js';

/** `{ "String": ... }` or `{ "Regex": ... }`. */
export function readPattern(section: Section): Pattern {
  const pattern = section.section('pattern');
  return pattern.has('String') ? pattern.string('String') : { regex: pattern.string('Regex') };
}

/** Words that BERT's parts keep whole. */
export function readNeverSplit(section: Section): string[] {
  if (!section.has('never_split')) return [];
  return section
    .array('never_split')
    .map((word) => (typeof word === 'string' ? word : malformed(`${section.name}.never_split`, word, 'words')));
}
