import type { Format } from '../style.js';
import type { InspectedPiece } from './inspectPieces.js';

/** Backgrounds by turns, so that neighbours differ. */
const TURNS: Readonly<Record<'special' | 'unknown' | 'text', readonly (readonly Format[])[]>> = {
  special: [
    ['black', 'bgMagentaBright'],
    ['whiteBright', 'bgMagenta'],
  ],
  unknown: [
    ['whiteBright', 'bgRed'],
    ['black', 'bgRedBright'],
  ],
  text: [
    ['black', 'bgCyanBright'],
    ['black', 'bgYellowBright'],
  ],
};

/** How a piece is coloured. One that goes on with a word is underlined. */
export function pieceFormats({ kind, insideWord }: InspectedPiece, index: number): readonly Format[] {
  const turns = TURNS[kind === 'special' || kind === 'unknown' ? kind : 'text'];
  const formats = turns[index % turns.length]!;
  return insideWord ? [...formats, 'underline'] : formats;
}
