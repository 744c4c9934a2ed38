// Classes and the batches of them that accuracy, F1 and their like are shown.
import { ConfigError, nearestName, rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { checkBatch } from './checkBatch.js';
import type { NumberSequence } from './metric.js';

/** A class: its name, or its number. `1` and `'1'` are two. */
export type Label = string | number | boolean;

/** A label for each place. */
export type Labels = readonly Label[] | NumberSequence;

/** What metrics of labels are shown. */
export type LabelBatch = [predicted: Labels, expected: Labels];

/** Options of metrics of labels. */
export interface LabelOptions {
  /** All there are, in the order of the result; others are refused. By default those that come, sorted. */
  readonly labels?: readonly Label[] | undefined;
  /** Places where this is expected are not counted: -100, say, where a token has no label. None by default. */
  readonly ignoreLabel?: Label | undefined;
}

/** The pairs of a batch that count, [predicted, expected], once all are known to be labels. */
export type LabelPairs = (...batch: LabelBatch) => Generator<[predicted: Label, expected: Label]>;

/**
 * Reads batches of labels.
 *
 * @param owner the metric, as the reader knows it
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function labelPairs(owner: string, options: LabelOptions): LabelPairs {
  rejectUnknownOptions(owner, options, ['labels', 'ignoreLabel']);
  const { labels, ignoreLabel } = options;
  const known = labels && readKnown(owner, labels);
  const check = (side: 'predicted' | 'expected', place: number, label: unknown) => {
    if (!isLabel(label)) throw noLabel(`${owner}: ${side}[${place}]`, label);
    if (known !== undefined && !known.has(label)) throw unknownLabel(`${owner}: ${side}[${place}]`, label, known);
  };

  return function* pairs(predicted, expected) {
    checkBatch(owner, predicted, expected);
    const counts = (place: number) => ignoreLabel === undefined || expected[place] !== ignoreLabel;
    for (let place = 0; place < expected.length; place++) {
      if (!counts(place)) continue;
      check('predicted', place, predicted[place]);
      check('expected', place, expected[place]);
      checkKinds(owner, place, predicted[place]!, expected[place]!);
    }
    for (let place = 0; place < expected.length; place++) {
      if (counts(place)) yield [predicted[place]!, expected[place]!];
    }
  };
}

/** Numbers by value, everything else by its letters. */
export function sortLabels(labels: Iterable<Label>): Label[] {
  return [...labels].sort((a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a) < String(b) ? -1 : 1;
  });
}

function readKnown(owner: string, labels: readonly Label[]): ReadonlySet<Label> {
  const known = new Set(Array.isArray(labels) ? labels : []);
  if (known.size > 0 && known.size === labels.length) return known;
  throw new ConfigError(
    `${owner}: labels ${known.size === 0 ? 'are empty, or no array' : 'name one twice'}.\nName each label once.`,
    { value: labels },
  );
}

function noLabel(name: string, value: unknown): ShapeError {
  const isObject = typeof value === 'object' && value !== null;
  const shown = Array.isArray(value) ? 'an array' : isObject ? 'an object' : String(value);
  return new ShapeError(
    `${name} is ${shown}, which is no label.\n` +
      'Labels are strings, numbers or booleans: of logits, take the place of the largest.',
    { value },
  );
}

function unknownLabel(name: string, label: Label, known: ReadonlySet<Label>): ShapeError {
  const names = [...known].map(String);
  const nearest = typeof label === 'string' ? nearestName(label, names) : undefined;
  const list = `Labels: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`;
  return new ShapeError(
    `${name} is ${JSON.stringify(label)}, which is not among the labels.\n` +
      (nearest === undefined ? list : `Did you mean ${nearest}?`),
    { value: label },
  );
}

function isLabel(value: unknown): value is Label {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** A number never equals a name: nothing would ever be right. */
function checkKinds(owner: string, place: number, predicted: Label, expected: Label): void {
  if (typeof predicted === typeof expected) return;
  throw new ShapeError(
    `${owner}: predicted[${place}] is a ${typeof predicted}, ${JSON.stringify(predicted)}, and expected[${place}] a ` +
      `${typeof expected}, ${JSON.stringify(expected)}.\nGive both as names, or both as numbers.`,
    { value: predicted },
  );
}
