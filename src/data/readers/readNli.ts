import { ConfigError, rejectUnknownOptions } from '../../errors/index.js';
import { isList } from '../checkOptions.js';
import { type BadLineHandling, checkBadLineHandling, orBadLine } from './badLines.js';
import { ownProperty } from './ownProperty.js';
import { parseLines } from './parseLines.js';
import type { ReaderOptions } from './readerOptions.js';
import { isBlank, parseJsonLine } from './readJsonLines.js';
import type { TextInput, TextSource } from './textSource.js';

/** What a premise says about a hypothesis, as SNLI and MNLI name it. */
export type NliLabel = 'entailment' | 'neutral' | 'contradiction';

/** Two sentences, and whether the second follows from the first. */
export interface NliExample<Label extends string = NliLabel> {
  /** What is taken to be so. */
  readonly premise: string;
  /** What may follow from it. */
  readonly hypothesis: string;
  /** Whether it does. */
  readonly label: Label;
}

/** What `readNli` takes besides the source. */
export interface ReadNliOptions<Label extends string = NliLabel> extends ReaderOptions {
  /** The labels that there are; those of SNLI and MNLI by default. */
  readonly labels?: readonly Label[] | undefined;
  /**
   * What becomes of pairs whose annotators did not agree, labelled '-': they are skipped by default, as is customary;
   * otherwise '-' must be among the `labels`.
   */
  readonly skipUnlabelled?: boolean | undefined;
  /** What becomes of a line that is not JSON, or lacks a sentence or one of the labels; 'throw' by default. */
  readonly onBadLine?: BadLineHandling | undefined;
}

/** The label of a pair on which annotators did not agree. */
const NO_GOLD_LABEL = '-';

/**
 * The sentence pairs of SNLI or MNLI as published in JSON lines: `sentence1`, `sentence2` and `gold_label` (or, as in
 * OCNLI, `label`).
 *
 * Memory holds one line and one piece of the source, and the examples can be read again if the source can.
 *
 * @throws DataError with the `line`, if one is not JSON, lacks a sentence, has a label that is not among the `labels` or
 *   is longer than `maxRecordLength`, or if bytes are not UTF-8
 * @throws ConfigError if the source holds no text, or an option cannot work
 * @see Bowman et al. 2015, https://arxiv.org/abs/1508.05326
 * @see Williams et al. 2018, https://arxiv.org/abs/1704.05426
 */
export function readNli<const Label extends string = NliLabel>(
  source: TextSource,
  options: ReadNliOptions<Label> = {},
): AsyncIterable<NliExample<Label>> {
  rejectUnknownOptions('readNli', options, ['labels', 'skipUnlabelled', 'onBadLine', 'maxRecordLength']);
  const { labels = nliLabels, skipUnlabelled = true, onBadLine = 'throw' } = options;
  if (!isList(labels) || labels.length === 0) {
    throw new ConfigError(`readNli: labels must name the labels, such as ['entailment', 'not_entailment'].`, {
      value: labels,
    });
  }
  checkBadLineHandling('readNli', onBadLine);
  return parseLines('readNli', source, options, (input) => ({
    line: (text, number) => {
      if (isBlank(text)) return undefined;
      return orBadLine(() => {
        const pair = readPair(input, text, number);
        if (skipUnlabelled && pair.label === NO_GOLD_LABEL) return undefined;
        if (labels.includes(pair.label)) return pair as NliExample<Label>;
        throw input.refuse(
          `the label ${JSON.stringify(pair.label)} is none of ${labels.join(', ')}.\n` +
            'Name all labels that the file has: labels: [...].',
          { line: number, value: pair.label },
        );
      }, onBadLine);
    },
  }));
}

const nliLabels: readonly string[] = ['entailment', 'neutral', 'contradiction'] satisfies NliLabel[];

/** @throws DataError if the line is no object with two sentences and a label */
function readPair(input: TextInput, text: string, line: number): NliExample<string> {
  const value = parseJsonLine(input, text, line);
  const field = (...names: string[]): string => {
    const present = names.map((name) => ownProperty(value, name)).find((content) => content !== undefined);
    if (typeof present === 'string') return present;
    throw input.refuse(
      `there is no ${names.join(' or ')} that is a text.\n` +
        'SNLI and MNLI have sentence1, sentence2 and gold_label on every line; for other files use readJsonLines.',
      { line, value },
    );
  };
  return { premise: field('sentence1'), hypothesis: field('sentence2'), label: field('gold_label', 'label') };
}
