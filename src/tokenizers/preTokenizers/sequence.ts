import type { MappedText } from '../mappedText.js';
import type { JsonSection, PreTokenizer } from '../pipeline.js';

/** Pre-tokenizers one after the other: each splits the words of the one before. */
export function sequencePreTokenizer(preTokenizers: readonly PreTokenizer[]): SequencePreTokenizer {
  return new SequencePreTokenizer(preTokenizers);
}

/** What `sequencePreTokenizer` makes. */
export class SequencePreTokenizer implements PreTokenizer {
  /** Its parts, in order. */
  readonly preTokenizers: readonly PreTokenizer[];

  constructor(preTokenizers: readonly PreTokenizer[]) {
    this.preTokenizers = preTokenizers;
  }

  preTokenize(text: MappedText): readonly MappedText[] {
    let words: readonly MappedText[] = [text];
    for (const preTokenizer of this.preTokenizers) {
      const parts: MappedText[] = [];
      for (const word of words) {
        if (word.length > 0) for (const part of preTokenizer.preTokenize(word)) parts.push(part);
      }
      words = parts;
    }
    return words;
  }

  toJson(): JsonSection {
    return { type: 'Sequence', pretokenizers: this.preTokenizers.map((preTokenizer) => preTokenizer.toJson()) };
  }
}
