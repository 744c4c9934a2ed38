import { isBytePiece } from '../models/byteFallback.js';
import type { Decoder, TokenSink } from '../pipeline.js';
import { passToken, wholeTokens } from './wholeTokens.js';

/**
 * Reads tokens that spell a byte, such as `<0xE6>`, as UTF-8. A run of them that is not UTF-8 becomes U+FFFD, one for each
 * byte: nothing of a run is certain before it ends.
 */
export function byteFallbackDecoder(): Decoder {
  return { start, toJson: () => ({ type: 'ByteFallback' }) };
}

function start(next: TokenSink): TokenSink {
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) for (const token of readBytes(Uint8Array.from(bytes))) passToken(next, token);
    bytes = [];
  };
  return wholeTokens(
    next,
    (token) => {
      if (isBytePiece(token)) {
        bytes.push(Number.parseInt(token.slice(3, 5), 16));
        return;
      }
      flush();
      passToken(next, token);
    },
    flush,
  );
}

function readBytes(bytes: Uint8Array): string[] {
  try {
    return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)];
  } catch {
    return Array.from(bytes, () => '\ufffd');
  }
}
