import * as Plot from '@observablehq/plot';
import { svg } from '../../examples/support/svg.js';
import { shortNumber } from '../harness/measure.js';
import type { Spread } from '../harness/statistics.js';

/** Comparisons that belong together. */
export interface RatioGroup {
  readonly title: string;
  readonly rows: readonly RatioRow[];
}

/** One comparison. */
export interface RatioRow {
  readonly label: string;
  /** How many times our time the other library took. */
  readonly ratio: Spread;
  /** The ratio that is promised; 1, if nothing is. */
  readonly promised?: number;
}

const ROW_HEIGHT = 17;
const LABEL_WIDTH = 430;
const [REACHED, MISSED] = ['#2f6fb0', '#c4501b'];

/** Ratios with their quartiles on a logarithmic axis, as the text of an SVG file. */
export function ratioPicture(groups: readonly RatioGroup[], about: string): string {
  const titles = groups.map(({ title }, group) => ({ key: `${group}`, label: title }));
  const rows = groups.map((group, index) =>
    group.rows.map(({ label, ratio, promised }, row) => ({
      key: `${index}.${row}`,
      label,
      median: ratio.median,
      low: ratio.quartiles[0],
      high: ratio.quartiles[1],
      promised,
      color: ratio.median >= (promised ?? 1) ? REACHED : MISSED,
    })),
  );
  const compared = rows.flat();
  const keys = titles.flatMap(({ key }, group) => [key, ...rows[group]!.map((row) => row.key)]);
  const promises = compared.filter(({ promised }) => promised !== undefined);
  const left = { y: 'key', text: 'label', frameAnchor: 'left', textAnchor: 'start' } as const;
  return svg({
    ariaLabel: about,
    width: LABEL_WIDTH + 450,
    height: 64 + ROW_HEIGHT * keys.length,
    marginLeft: LABEL_WIDTH,
    marginRight: 60,
    marginTop: 12,
    marginBottom: 44,
    style: { fontSize: '12px' },
    x: {
      type: 'log',
      label: `time of the other library / time of sesame-nlp${promises.length > 0 ? ' (black: what is promised)' : ''}`,
      labelAnchor: 'center',
      labelOffset: 38,
      grid: true,
      nice: true,
      ticks: 6,
      tickFormat: String,
    },
    y: { domain: keys, axis: null },
    marks: [
      Plot.ruleX([1], { stroke: '#888' }),
      Plot.ruleY(compared, { y: 'key', x1: 'low', x2: 'high', stroke: 'color', strokeWidth: 5, strokeOpacity: 0.35 }),
      Plot.tickX(promises, { y: 'key', x: 'promised', stroke: 'black', strokeWidth: 2 }),
      Plot.dot(compared, { y: 'key', x: 'median', fill: 'color', r: 4 }),
      Plot.text(compared, {
        y: 'key',
        x: 'median',
        text: ({ median }) => shortNumber(median),
        dx: 9,
        textAnchor: 'start',
      }),
      Plot.text(titles, { ...left, dx: 8 - LABEL_WIDTH }),
      Plot.text(compared, { ...left, dx: 24 - LABEL_WIDTH, fill: '#555' }),
    ],
  });
}
