import stringWidth from 'string-width';
import { columnsOf, type Format, type Style, styleOf } from '../style.js';
import { graphemes, visible } from '../visible.js';
import type { InspectedPiece } from './inspectPieces.js';
import { pieceFormats } from './pieceFormats.js';

/** Stands for a piece of a character that another piece of it has shown. */
const SAME_CHARACTER = '+';
/** Stands between pieces where colours do not tell them apart. */
const SEPARATOR = '|';

/** How something is shown. */
export interface View {
  readonly style: Style;
  /** Columns of the terminal; Infinity where there is none. */
  readonly width: number;
}

/** How something is shown on a stream. */
export function viewOf(stream: NodeJS.WriteStream): View {
  return { style: styleOf(stream), width: columnsOf(stream) ?? Number.POSITIVE_INFINITY };
}

/** A stretch of what is shown, in one colour. */
interface Stretch {
  readonly text: string;
  readonly formats: readonly Format[];
}

/** A text divided into its pieces: by colours, where they are shown. Lines are broken where the text or the width does. */
export function pieceView(text: string, pieces: readonly InspectedPiece[], { style, width }: View): string {
  const lines = [''];
  let column = 0;
  const breakLine = () => {
    lines.push('');
    column = 0;
  };
  for (const { text: stretch, formats } of stretches(text, pieces, style.shown)) {
    const characters = graphemes(stretch).map((grapheme) => ({ grapheme, shown: visible(grapheme) }));
    const needed = characters.reduce((sum, { shown }) => sum + stringWidth(shown), 0);
    if (column > 0 && column + needed > width && needed <= width) breakLine();
    let open = ''; // of the same colour, on this line
    const close = () => {
      lines.push(lines.pop()! + style(formats, open));
      open = '';
    };
    for (const { grapheme, shown } of characters) {
      const columns = stringWidth(shown);
      if (column > 0 && column + columns > width) {
        close();
        breakLine();
      }
      open += shown;
      column += columns;
      if (!grapheme.endsWith('\n')) continue;
      close();
      breakLine();
    }
    close();
  }
  if (lines.at(-1) === '' && lines.length > 1) lines.pop();
  return lines.join('\n');
}

/** The pieces, and what of the text is in none of them. */
function* stretches(text: string, pieces: readonly InspectedPiece[], coloured: boolean): Generator<Stretch> {
  let position = 0;
  for (const [index, piece] of pieces.entries()) {
    const { start, end, token } = piece;
    if (!coloured && index > 0) yield { text: SEPARATOR, formats: [] };
    if (start > position) yield { text: text.slice(position, start), formats: [] };
    const shown = text.slice(Math.max(position, start), end);
    yield { text: start === end ? token : shown || SAME_CHARACTER, formats: pieceFormats(piece, index) };
    position = Math.max(position, end);
  }
  yield { text: text.slice(position), formats: [] };
}
