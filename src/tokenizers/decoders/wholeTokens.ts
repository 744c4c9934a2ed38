import type { TokenSink } from '../pipeline.js';

/** A sink that handles each token when all of its text is there. */
export function wholeTokens(next: TokenSink, decode: (token: string) => void, end: () => void = () => {}): TokenSink {
  let token = '';
  return {
    text: (text) => {
      token += text;
    },
    endToken: () => {
      const whole = token;
      token = '';
      decode(whole);
    },
    end: () => {
      end();
      next.end();
    },
  };
}

/** Passes on a whole token. */
export function passToken(next: TokenSink, token: string): void {
  next.text(token);
  next.endToken();
}
