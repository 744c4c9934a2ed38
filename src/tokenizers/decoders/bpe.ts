import type { Decoder, TokenSink } from '../pipeline.js';
import { passToken, wholeTokens } from './wholeTokens.js';

/** Puts a space where a word ends; none after the last. `</w>` is how GPT-1 marks the end of a word. */
export function bpeDecoder(suffix = '</w>'): Decoder {
  return { start: (next) => start(next, suffix), toJson: () => ({ type: 'BPEDecoder', suffix }) };
}

function start(next: TokenSink, suffix: string): TokenSink {
  /** The end of the last token, from its suffix on: whether that is a space depends on what follows. */
  let held: string | undefined;
  const release = (space: string) => {
    if (held !== undefined) passToken(next, held.replaceAll(suffix, space));
    held = undefined;
  };
  return wholeTokens(
    next,
    (token) => {
      release(' ');
      const at = token.indexOf(suffix);
      if (at < 0) {
        passToken(next, token);
      } else {
        next.text(token.slice(0, at));
        held = token.slice(at);
      }
    },
    () => release(''),
  );
}
