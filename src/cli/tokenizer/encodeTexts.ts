import type { Encoding } from '../../tokenizers/index.js';
import type { Streams } from '../command.js';
import { LineWriter } from '../lineWriter.js';
import type { Arguments } from '../options/readArguments.js';
import type { ENCODE_OPTIONS } from './encode.js';
import { openTokenizer } from './openTokenizer.js';
import { encodeOptionsOf } from './options.js';
import { readTexts } from './readTexts.js';

/** Writes the ids of each text, or what is asked for in their place, in a line. */
export async function encodeTexts(given: Arguments<typeof ENCODE_OPTIONS>, streams: Streams): Promise<void> {
  const { options, operands } = given;
  const { pair, tokens, json } = options;
  const texts = readTexts(operands, options.file, streams);
  const tokenizer = await openTokenizer(options.tokenizer);
  const lineOf = json ? jsonOf : tokens ? tokensOf : idsOf;
  const encodeOptions = {
    ...(pair !== undefined && { pair }),
    ...(options['max-length'] !== undefined && { maxLength: options['max-length'] }),
    ...encodeOptionsOf(options),
  };
  const lines = new LineWriter(streams.stdout);
  for await (const text of texts) await lines.write(lineOf(tokenizer.encode(text, encodeOptions)));
}

function idsOf({ ids }: Encoding): string {
  return ids.join(' ');
}

/** The tokens with spaces between them. One that could be taken for two, or for JSON, is a JSON string. */
function tokensOf({ tokens }: Encoding): string {
  return tokens.map((token) => (/^"|[\s\p{C}]/u.test(token) || token === '' ? JSON.stringify(token) : token)).join(' ');
}

function jsonOf({ ids, tokens, offsets, typeIds, specialTokensMask }: Encoding): string {
  return JSON.stringify({ ids, tokens, offsets, typeIds, specialTokensMask });
}
