import type { WordSegmenter } from '../../segmentation/index.js';
import type { MappedText } from '../mappedText.js';
import { notInTokenizerJson } from '../notInTokenizerJson.js';
import type { PreTokenizer } from '../pipeline.js';

/** Makes each segment of a text a word. tokenizer.json has no name for it. */
export function segmenterPreTokenizer(segmenter: WordSegmenter): PreTokenizer {
  return {
    preTokenize: (text) => segmentsOf(text, segmenter),
    toJson: () => notInTokenizerJson('a word segmenter'),
  };
}

/** The segments of a text, mapped as the text is. */
export function segmentsOf(text: MappedText, segmenter: WordSegmenter): MappedText[] {
  return Array.from(segmenter.segment(text.text), ({ start, end }) => text.slice(start, end));
}
