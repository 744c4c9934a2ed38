import type { ConfusionMatrix } from './confusionMatrix.js';

/**
 * A confusion matrix for a terminal: a row for each label that was expected, a column for each that was predicted.
 *
 * ```ts
 * import { confusionMatrix, confusionTable } from 'sesame-nlp/metrics';
 *
 * const metric = confusionMatrix();
 * metric.update(['負面', '正面', '負面'], ['負面', '正面', '正面']);
 * console.log(confusionTable(metric.result()));
 * // expected \ predicted  正面  負面
 * // 正面                     1     1
 * // 負面                     0     1
 * ```
 */
export function confusionTable({ labels, counts }: ConfusionMatrix): string {
  const rows = [
    ['expected \\ predicted', ...labels.map(String)],
    ...labels.map((label, row) => [String(label), ...counts[row]!.map(String)]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column]!))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const space = ' '.repeat(widths[column]! - columnsOf(cell));
          return column === 0 ? cell + space : space + cell;
        })
        .join('  '),
    )
    .join('\n');
}

/** What terminals draw two columns wide: East Asian characters, fullwidth forms, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns of a terminal a text takes. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += wide.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1;
  return columns;
}
