import type { MappedText } from '../mappedText.js';
import { notInTokenizerJson } from '../notInTokenizerJson.js';
import type { PreTokenizer } from '../pipeline.js';

/** Finds the words of a text: a `WordSegmenter` is one. */
export interface TextSegmenter {
  /** The segments of a text in order; joined they are the text. */
  segment(text: string): Iterable<TextSegment>;
}

/** Where a word is. */
export interface TextSegment {
  /** Its first UTF-16 code unit. */
  readonly start: number;
  /** The one after its last. */
  readonly end: number;
}

/** Makes each segment of a text a word. tokenizer.json has no name for it. */
export function segmenterPreTokenizer(segmenter: TextSegmenter): PreTokenizer {
  return {
    preTokenize: (text) => segmentsOf(text, segmenter),
    toJson: () => notInTokenizerJson('a word segmenter'),
  };
}

/** The segments of a text, mapped as the text is. */
export function segmentsOf(text: MappedText, segmenter: TextSegmenter): MappedText[] {
  return Array.from(segmenter.segment(text.text), ({ start, end }) => text.slice(start, end));
}
