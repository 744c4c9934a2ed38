import { ConfigError, ShapeError } from '../../errors/index.js';
import { describe } from '../describe.js';

/** @throws ConfigError if it is no number of ids */
export function checkVocabSize(vocabSize: unknown, owner: string): void {
  if (Number.isSafeInteger(vocabSize) && (vocabSize as number) >= 1) return;
  throw new ConfigError(
    `${owner}: vocabSize is ${describe(vocabSize)}.\nPass that of the vocabulary or tokenizer that made the ids.`,
    { value: vocabSize },
  );
}

/** @throws ShapeError if it is no id of that many */
export function checkId(id: unknown, vocabSize: number, owner: string): void {
  if (Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabSize) return;
  throw new ShapeError(
    `${owner}: ${describe(id)} is no token id.\nIds are whole numbers from 0 to ${vocabSize - 1}, vocabSize - 1.`,
    { value: id },
  );
}
