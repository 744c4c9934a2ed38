/** A stretch of a text: `text.slice(start, end)`, in UTF-16 code units. */
export interface WordSegment {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends, not included. */
  readonly end: number;
  /** Whether it is a word: one with a letter or a digit. White space, punctuation and emoji are none. */
  readonly isWord: boolean;
}

/**
 * Finds the words of a text, of Chinese too, which puts no spaces between them. A segmenter of your own, for another
 * language or with a model behind it, is an object with this one method.
 */
export interface WordSegmenter {
  /**
   * The segments of a text in order, words and what is between them. None is empty, none cuts a character in two, and
   * joined they are the text.
   */
  segment(text: string): Iterable<WordSegment>;
}

/** The words of a text as strings, without what is between them. */
export function wordsOf(segmenter: WordSegmenter, text: string): string[] {
  const words: string[] = [];
  for (const { start, end, isWord } of segmenter.segment(text)) if (isWord) words.push(text.slice(start, end));
  return words;
}
