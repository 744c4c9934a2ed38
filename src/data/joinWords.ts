import { ShapeError } from '../errors/index.js';

/** Words as one text. */
export interface JoinedWords {
  /** The words, with the separator between them. */
  readonly text: string;
  /** Where each word stands in the text: [start, end) in UTF-16 code units. */
  readonly words: readonly (readonly [start: number, end: number])[];
}

/**
 * Words of a tagged data set as a text that a tokenizer takes, and where each stands in it: with a space between them,
 * or '' for Chinese.
 */
export function joinWords(words: readonly string[], separator = ' '): JoinedWords {
  let start = 0;
  const offsets = words.map((word) => {
    const end = start + word.length;
    const own = [start, end] as const;
    start = end + separator.length;
    return own;
  });
  return { text: words.join(separator), words: offsets };
}

/**
 * The word that each piece of a text belongs to: that of its first character that belongs to one. A tokenizer's own
 * words are others where it divides at punctuation ("don't") or joins (two Chinese words of one run of characters).
 *
 * @param offsets of the pieces of one text, in order, as `tokenizer.encode` gives them; an empty one is a special token's
 * @param words of the words, in order, as `joinWords` gives them
 * @returns the index of a word for each piece; null where it belongs to none
 * @throws ShapeError if words are not in order
 */
export function wordIdsOf(
  offsets: readonly (readonly [start: number, end: number])[],
  words: readonly (readonly [start: number, end: number])[],
): (number | null)[] {
  for (let i = 1; i < words.length; i++) {
    if (words[i]![0] >= words[i - 1]![1]) continue;
    throw new ShapeError(`wordIdsOf: word ${i} begins before the end of the one before.\nGive words in their order.`, {
      value: words[i],
    });
  }
  let word = 0;
  return offsets.map(([start, end]) => {
    if (start >= end) return null;
    while (word < words.length && words[word]![1] <= start) word++;
    return word < words.length && words[word]![0] < end ? word : null;
  });
}
