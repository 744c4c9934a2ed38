import { isWord } from './characters.js';
import { checkText } from './checkText.js';
import type { WordSegment, WordSegmenter } from './wordSegmenter.js';

/**
 * A segmenter for text whose words stand apart already, as in segmented corpora: `潮水 退了 就 知道 誰`. What is between
 * white space is one segment; one without a letter or digit, such as a comma that stands apart, is no word.
 */
export function createWhitespaceSegmenter(): WordSegmenter {
  return new WhitespaceSegmenter();
}

class WhitespaceSegmenter implements WordSegmenter {
  segment(text: string): Iterable<WordSegment> {
    checkText(text);
    return this.#segments(text);
  }

  *#segments(text: string): Generator<WordSegment, void> {
    for (const { index, 0: segment } of text.matchAll(/\s+|\S+/g)) {
      const end = index + segment.length;
      yield { start: index, end, isWord: isWord(text, index, end) };
    }
  }
}
