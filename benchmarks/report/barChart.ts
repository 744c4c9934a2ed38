import type { CheckedBar } from './bars.js';
import { type RatioRow, ratioPicture } from './ratioPicture.js';

/** What was measured beside what is promised, as the text of an SVG file. */
export function barChart(bars: readonly CheckedBar[]): string {
  const groups = [...new Set(bars.map(({ against }) => against))].map((against) => ({
    title: against,
    rows: bars.flatMap(({ against: other, what, bar, goal, ratio }): RatioRow[] =>
      other === against && ratio !== undefined ? [{ label: what, ratio, promised: bar ?? goal! }] : [],
    ),
  }));
  return ratioPicture(
    groups.filter(({ rows }) => rows.length > 0),
    'How many times as fast as other libraries sesame-nlp is, beside what is promised',
  );
}
