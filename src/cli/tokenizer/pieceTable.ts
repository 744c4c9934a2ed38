import stringWidth from 'string-width';
import { cell, cutTo } from '../layout.js';
import { visible } from '../visible.js';
import type { InspectedPiece } from './inspectPieces.js';
import { pieceFormats } from './pieceFormats.js';
import type { View } from './pieceView.js';

/** Columns between two columns of the table. */
const GAP = '  ';
/** The narrowest that a piece or its text becomes. */
const NARROWEST = 5;

const TITLES = { id: 'id', offsets: 'offsets', kind: 'kind', piece: 'piece', text: 'text' };

/** A row for each piece. What is wide comes last, so that terminals which disagree on a width still show straight columns. */
export function pieceTable(pieces: readonly InspectedPiece[], { style, width }: View): string {
  const rows = [
    TITLES,
    ...pieces.map(({ id, token, start, end, text, kind = '', bytes }) => ({
      id: String(id),
      offsets: `${start}-${end}`,
      kind,
      piece: visible(token),
      text: withSpaces(visible(text)) + (bytes === undefined ? '' : ` ${hex(bytes)}`),
    })),
  ];
  const widest = (column: keyof typeof TITLES) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[column])), 0);
  const [idWidth, offsetsWidth, kindWidth] = [widest('id'), widest('offsets'), widest('kind')];
  const room = width - idWidth - offsetsWidth - kindWidth - 4 * GAP.length;
  const textWidth = widest('text');
  const pieceWidth = Math.min(widest('piece'), Math.max(NARROWEST, room - textWidth, Math.floor(room / 2)));
  const lines = rows.map(({ id, offsets, kind, piece, text }, index) => {
    const formats = index === 0 ? [] : pieceFormats(pieces[index - 1]!, index - 1);
    const shownPiece = cutTo(piece, pieceWidth);
    const line = [
      cell(id, idWidth, 'right'),
      cell(offsets, offsetsWidth, 'right'),
      cell(kind, kindWidth),
      style(formats, shownPiece) + ' '.repeat(pieceWidth - stringWidth(shownPiece)),
      cutTo(text, Math.max(NARROWEST, room - pieceWidth)),
    ].join(GAP);
    return index === 0 ? style('dim', line) : line.trimEnd();
  });
  return lines.join('\n');
}

/** Spaces at the ends of a text could not be seen there. */
function withSpaces(text: string): string {
  return text.replace(/^ +| +$/g, (spaces) => '␣'.repeat(spaces.length));
}

/** [230, 189] -> 'e6bd' */
function hex(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('hex');
}
