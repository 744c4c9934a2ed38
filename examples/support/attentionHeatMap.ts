import * as Plot from '@observablehq/plot';
import { svg } from './svg.js';

/** The attention of one text. */
export interface TextAttention {
  /** The text, word by word. */
  readonly words: readonly string[];
  /** weights[layer][head][query][key], probabilities 0..1. */
  readonly weights: readonly (readonly (readonly (readonly number[])[])[])[];
}

/** A square for each layer and head: where each word (rows) looks (columns), as the text of an SVG file. */
export function attentionHeatMap({ words, weights }: TextAttention): string {
  const cells = weights.flatMap((heads, layer) =>
    heads.flatMap((rows, head) =>
      rows.flatMap((row, query) =>
        row.slice(0, query + 1).map((weight, key) => ({
          layer: `layer ${layer + 1}`,
          head: `head ${head + 1}`,
          query: words[query],
          key: words[key],
          weight,
        })),
      ),
    ),
  );
  const side = 64 * words.length;
  return svg({
    ariaLabel: `Attention in the text ${words.join(' ')}`,
    width: 110 + weights[0]!.length * (side + 24),
    height: 100 + weights.length * (side + 24),
    marginLeft: 80,
    marginRight: 76,
    marginTop: 60,
    marginBottom: 44,
    style: { fontSize: '15px' },
    x: { domain: words, label: 'looks at (key)', labelAnchor: 'center', labelOffset: 40, tickSize: 0 },
    y: { domain: words, label: 'word (query)', labelAnchor: 'top', labelOffset: 70, tickSize: 0 },
    fx: { label: null },
    fy: { label: null },
    color: { type: 'linear', scheme: 'Blues', domain: [0, 1] },
    marks: [
      Plot.frame({ stroke: '#ccc' }),
      Plot.cell(cells, { x: 'key', y: 'query', fx: 'head', fy: 'layer', fill: 'weight' }),
      Plot.text(cells, {
        x: 'key',
        y: 'query',
        fx: 'head',
        fy: 'layer',
        text: ({ weight }) => weight.toFixed(2),
        fill: ({ weight }) => (weight > 0.6 ? 'white' : 'black'),
      }),
    ],
  });
}
