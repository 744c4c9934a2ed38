import { TokenizerError } from '../errors/index.js';

/** @throws TokenizerError if what should be segmented is no string */
export function checkText(text: unknown): void {
  if (typeof text === 'string') return;
  throw new TokenizerError(
    `segment: the text is ${text === null ? 'null' : `of type ${typeof text}`}.\nPass a string.`,
    {
      value: text,
    },
  );
}
