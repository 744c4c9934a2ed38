import { readSpans } from '../data/tags/readSpans.js';
import { checkScheme, type TagScheme } from '../data/tags/tagSchemes.js';
import { rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { checkBatch } from './checkBatch.js';
import { CountsByName } from './countsByName.js';
import type { Metric } from './metric.js';
import { type CountedScores, scoresOf, sumCounts } from './scores.js';

/** A sequence of tags for each sentence. */
export type TagBatch = [predicted: readonly (readonly string[])[], expected: readonly (readonly string[])[]];

/** What `entityF1` takes. */
export interface EntityF1Options {
  /** How the tags mark entities; 'BIO' by default. */
  readonly scheme?: TagScheme | undefined;
}

/** Precision, recall and F1 of entities. */
export interface EntityScores extends CountedScores {
  /** Those of each type of entity, sorted. */
  readonly perType: ReadonlyMap<string, CountedScores>;
}

/**
 * Precision, recall and F1 of entities, as conlleval counts them: an entity is right if its first tag, its last tag and
 * its type are. A tag that should go on with an entity but has none of its type before it begins one. Chinese words are
 * the entities of bare BMES tags.
 *
 * ```ts
 * import { entityF1 } from 'sesame-nlp/metrics';
 *
 * const metric = entityF1({ scheme: 'BMES' });
 * metric.update([['B-人', 'E-人', 'O', 'S-地']], [['B-人', 'E-人', 'O', 'O']]);
 * const { precision, recall, f1, perType } = metric.result();
 * console.log(precision, recall, f1, perType.get('地')?.predicted); // 0.5, 1, 0.666..., 1
 * ```
 *
 * @throws ConfigError if an option is misspelt or cannot work; `update` throws DataError for what is no tag of the scheme
 * @see Tjong Kim Sang and De Meulder 2003, https://aclanthology.org/W03-0419
 */
export function entityF1(options: EntityF1Options = {}): Metric<TagBatch, EntityScores> {
  rejectUnknownOptions('entityF1', options, ['scheme']);
  const { scheme = 'BIO' } = options;
  checkScheme('entityF1', scheme);
  const counts = new CountsByName<string>();
  return {
    update(predicted, expected) {
      checkBatch('entityF1', predicted, expected);
      const sentences = predicted.map((tags, index) => {
        checkLengths(index, tags, expected[index]!);
        return {
          predicted: readSpans(`entityF1: predicted[${index}]`, tags, scheme, false),
          expected: readSpans(`entityF1: expected[${index}]`, expected[index]!, scheme, false),
        };
      });
      for (const { predicted, expected } of sentences) {
        const ends = new Map(expected.map(({ type, start, end }) => [start, { type, end }]));
        for (const { type } of expected) counts.add(type, 'expected');
        for (const { type, start, end } of predicted) {
          counts.add(type, 'predicted');
          const same = ends.get(start);
          if (same?.end === end && same.type === type) counts.add(type, 'correct');
        }
      }
    },
    result() {
      const types = [...counts.names].sort();
      const perType = new Map(types.map((type) => [type, scoresOf(counts.of(type))]));
      return { ...scoresOf(sumCounts(perType.values())), perType };
    },
    reset: () => counts.clear(),
  };
}

function checkLengths(index: number, predicted: unknown, expected: unknown): void {
  if (Array.isArray(predicted) && Array.isArray(expected) && predicted.length === expected.length) return;
  const size = (tags: unknown) => (Array.isArray(tags) ? `${tags.length} tags` : 'no array');
  throw new ShapeError(
    `entityF1: predicted[${index}] is ${size(predicted)}, and expected[${index}] ${size(expected)}.\n` +
      'Give a tag for each place of each sentence: [["B-PER", "O"], ...].',
    { value: predicted },
  );
}
