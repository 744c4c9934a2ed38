import { idOf } from './contender.js';
import { inUnit, type Measure, shortNumber } from './measure.js';
import type { ContenderResult, PlainTable, RaceResult } from './results.js';
import { ratios, type Spread, spread } from './statistics.js';

/**
 * A race as a table: a row for each measure and contender, and the ratio of its time to ours with as many threads (or
 * to our first, where we did not run with as many).
 */
export function raceTable({ title, measures, contenders }: RaceResult): PlainTable {
  const rows = measures.flatMap((measure) =>
    contenders.flatMap((contender) => {
      const { name, threads, peakBytes, problem } = contender;
      const start = [measure.label, name, String(threads)];
      const samples = contender.times[measure.name] ?? [];
      if (problem !== undefined) return [[...start, 'none', '', '', '']];
      if (samples.length === 0) return []; // not all measure all
      const { median, quartiles } = spread(samples.flat());
      const reference = referenceOf(contender, contenders);
      return [
        [
          ...start,
          `${shortNumber(inUnit(measure, median))} ${measure.unit}`,
          range({ median, quartiles }, (value) => inUnit(measure, value)),
          ratioText(reference, contender, measure),
          peakBytes === undefined ? '' : (peakBytes / 1e6).toFixed(0),
        ],
      ];
    }),
  );
  const problems = contenders.filter(({ problem }) => problem !== undefined);
  const cosines = contenders.slice(1).flatMap(({ cosine }) => cosine ?? []);
  const notes = [
    ...problems.map((contender) => `${idOf(contender)}: ${contender.problem}`),
    ...(cosines.length === 0 ? [] : [`Smallest cosine between an answer and ours: ${Math.min(...cosines).toFixed(6)}`]),
  ];
  return { title, header: ['', 'library', 'threads', 'median', 'quartiles', 'time / ours', 'peak MB'], rows, notes };
}

/** The one of ours that a contender is compared with. */
export function referenceOf(contender: ContenderResult, contenders: readonly ContenderResult[]): ContenderResult {
  return contenders.find(({ threads }) => threads === contender.threads) ?? contenders[0]!;
}

function ratioText(reference: ContenderResult, contender: ContenderResult, { name }: Measure): string {
  const ours = reference.times[name];
  if (reference === contender || ours === undefined || ours.length === 0) return '';
  const ratio = ratios(ours, contender.times[name]!);
  return `${shortNumber(ratio.median)} (${range(ratio, (value) => value)})`;
}

/** Both quartiles, the smaller number first. */
function range({ quartiles }: Spread, show: (value: number) => number): string {
  const [low, high] = quartiles.map(show).sort((a, b) => a - b);
  return `${shortNumber(low!)}-${shortNumber(high!)}`;
}
