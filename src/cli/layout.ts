import stringWidth from 'string-width';
import { graphemes } from './visible.js';

/** Fills a text up with spaces to a width in columns of the terminal, and cuts what is longer. */
export function cell(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const cut = cutTo(text, width);
  const space = ' '.repeat(width - stringWidth(cut));
  return side === 'left' ? cut + space : space + cut;
}

/** A text in at most so many columns: where it is longer, … ends it. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let columns = 1;
  for (const grapheme of graphemes(text)) {
    columns += stringWidth(grapheme);
    if (columns > width) break;
    cut += grapheme;
  }
  return `${cut}…`;
}
