import { idOf } from '../harness/contender.js';
import { referenceOf } from '../harness/raceTable.js';
import type { RaceResult, SuiteResult } from '../harness/results.js';
import { ratios } from '../harness/statistics.js';
import { type RatioRow, ratioPicture } from './ratioPicture.js';

/** How many times our time each library took in a suite, as the text of an SVG file. */
export function suiteChart({ suite, races }: Pick<SuiteResult, 'suite' | 'races'>): string {
  const groups = races.map((race) => ({ title: race.title, rows: rowsOf(race) })).filter(({ rows }) => rows.length > 0);
  return ratioPicture(groups, `Suite ${suite}: times of other libraries compared with those of sesame-nlp`);
}

function rowsOf({ measures, contenders }: RaceResult): RatioRow[] {
  return measures.flatMap(({ name, label }) =>
    contenders.flatMap((contender): RatioRow[] => {
      const reference = referenceOf(contender, contenders);
      const [ours, theirs] = [reference.times[name] ?? [], contender.times[name] ?? []];
      if (reference === contender || ours.length === 0 || theirs.length === 0) return [];
      return [{ label: `${label}: ${idOf(contender)}`, ratio: ratios(ours, theirs) }];
    }),
  );
}
