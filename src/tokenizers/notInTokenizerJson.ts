import { TokenizerError } from '../errors/index.js';

/** @throws TokenizerError always: tokenizer.json has no name for a part */
export function notInTokenizerJson(part: string): never {
  throw new TokenizerError(
    `toJson: tokenizer.json has no name for ${part}.\nSave the vocabulary, and create the tokenizer again.`,
    { value: part },
  );
}
