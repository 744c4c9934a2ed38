import { rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { checkChoice } from './checkOptions.js';
import { quantity } from './quantity.js';

/** The label of what a loss does not count; `IGNORE_INDEX` of `sesame-nlp/ops`, where there is TensorFlow.js. */
export const IGNORE_INDEX = -100;

/** What `alignLabels` takes besides labels and word ids. */
export interface AlignLabelsOptions {
  /**
   * Which pieces of a word get its label: the 'first', the default, as BERT's tagger has it; or 'all' of them. Every
   * other piece gets -100.
   */
  readonly pieces?: 'first' | 'all' | undefined;
  /**
   * With `pieces: 'all'`, the label of a word's later pieces, made from its own: that of I-PER for B-PER, so that a word
   * in pieces is not several entities. The same label by default.
   */
  readonly laterPieces?: ((label: number) => number) | undefined;
}

/**
 * Labels of words as labels of the pieces that a tokenizer cut them into, with -100, which losses do not count, where a
 * piece is a special token or not the one that stands for its word.
 *
 * A run of one word id is one word. So a word whose first pieces were cut off, at the beginning of an overflow window,
 * counts as beginning there.
 *
 * @param labels the number of each word's label
 * @param wordIds the word that each piece belongs to, from 0; null for special tokens and padding
 * @returns a label for each piece
 * @throws ShapeError if there is no label for a word
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function alignLabels(
  labels: ArrayLike<number>,
  wordIds: readonly (number | null)[],
  options: AlignLabelsOptions = {},
): number[] {
  rejectUnknownOptions('alignLabels', options, ['pieces', 'laterPieces']);
  const { pieces = 'first', laterPieces = (label) => label } = options;
  checkChoice('alignLabels', 'pieces', pieces, ['first', 'all']);
  return wordIds.map((word, index) => {
    if (word === null) return IGNORE_INDEX;
    const label = labels[word];
    if (label === undefined) throw noLabel(word, labels.length);
    if (word !== wordIds[index - 1]) return label;
    return pieces === 'first' ? IGNORE_INDEX : laterPieces(label);
  });
}

function noLabel(word: number, numLabels: number): ShapeError {
  return new ShapeError(
    `alignLabels: there is no label for word ${word}: there ${numLabels === 1 ? 'is' : 'are'} ${quantity(numLabels, 'label')}.\n` +
      'Word ids must count the words that the labels are of, from 0: encode the words themselves, or take wordIdsOf.',
    { value: word },
  );
}
