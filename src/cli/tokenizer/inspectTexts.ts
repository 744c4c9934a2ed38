import type { Streams } from '../command.js';
import { LineWriter } from '../lineWriter.js';
import { wrap } from '../options/optionsHelp.js';
import type { Arguments } from '../options/readArguments.js';
import type { INSPECT_OPTIONS } from './inspect.js';
import { type InspectedPiece, PieceInspector } from './inspectPieces.js';
import { openTokenizer } from './openTokenizer.js';
import { encodeOptionsOf } from './options.js';
import { countPieces, describeCounts } from './pieceCounts.js';
import { pieceTable } from './pieceTable.js';
import { pieceView, type View, viewOf } from './pieceView.js';
import { readTexts } from './readTexts.js';

/** Shows the pieces of each text. */
export async function inspectTexts(given: Arguments<typeof INSPECT_OPTIONS>, streams: Streams): Promise<void> {
  const { options, operands } = given;
  const texts = readTexts(operands, options.file, streams);
  const tokenizer = await openTokenizer(options.tokenizer);
  const inspector = new PieceInspector(tokenizer);
  const encodeOptions = encodeOptionsOf(options);
  const { stdout } = streams;
  const view = viewOf(stdout);
  const lines = new LineWriter(stdout);
  let count = 0;
  for await (const text of texts) {
    const pieces = inspector.inspect(text, tokenizer.encode(text, encodeOptions));
    if (options.json) await lines.write(JSON.stringify({ text, ...countPieces(text, pieces), pieces }));
    else await lines.write((count++ > 0 ? '\n' : '') + show(text, pieces, view));
  }
}

function show(text: string, pieces: readonly InspectedPiece[], view: View): string {
  const table = pieces.length === 0 ? [] : [pieceTable(pieces, view)];
  const counts = wrap(describeCounts(text, pieces), view.width).join('\n');
  return [pieceView(text, pieces, view), ...table, counts].join('\n\n');
}
