import { rejectUnknownOptions, ShapeError } from '../errors/index.js';
import { checkCount } from './checkOptions.js';
import type { TokenIds } from './languageModelWindows.js';
import type { ExampleSource } from './mapExamples.js';
import { reiterable } from './reiterable.js';

/** What `packTokens` takes besides the documents. */
export interface PackTokensOptions {
  /** Tokens that the model sees at once; a row has one more, which is the last one to predict. */
  readonly contextLength: number;
  /** The id of a token that is put after each document, such as `<|endoftext|>`; none by default. */
  readonly separator?: number | undefined;
}

/** A stretch of packed documents, as `padBatch` takes it. */
export interface PackedRow {
  /** contextLength + 1 token ids, or fewer in the last row. */
  readonly ids: Int32Array;
}

/**
 * Packs documents one behind the other into rows for a model that predicts each next token. A row begins with the last
 * token of the row before, so that every token but the very first is predicted exactly once. Only the last row can be
 * shorter than contextLength + 1.
 *
 * It is for corpora that do not fit in memory, of which it holds one row and one document, and for many short documents;
 * where a row should not hold parts of two documents, there is `languageModelBatches`. The rows can be read again if the
 * documents can.
 *
 * @param documents the token ids of each, such as `mapExamples(texts, (text) => tokenizer.encode(text).ids)`
 * @throws ShapeError if an id is not a whole number >= 0
 * @throws ConfigError if an option is misspelt or cannot work
 */
export function packTokens(documents: ExampleSource<TokenIds>, options: PackTokensOptions): AsyncIterable<PackedRow> {
  rejectUnknownOptions('packTokens', options, ['contextLength', 'separator']);
  const { contextLength, separator } = options;
  checkCount('packTokens', 'contextLength', contextLength, 128);
  if (separator !== undefined) checkCount('packTokens', 'separator', separator, 0, 0);
  const ending = separator === undefined ? [] : [separator];
  return reiterable(async function* () {
    const row = new Int32Array(contextLength + 1);
    let filled = 0;
    for await (const document of documents) {
      for (const ids of [document, ending]) {
        for (const id of ids) {
          row[filled++] = checkId(id);
          if (filled < row.length) continue;
          yield { ids: row.slice() };
          row[0] = id;
          filled = 1;
        }
      }
    }
    if (filled > 1) yield { ids: row.slice(0, filled) };
  });
}

function checkId(id: number): number {
  if (Number.isInteger(id) && id >= 0 && id < 2 ** 31) return id;
  throw new ShapeError(
    `packTokens: ${String(id)} is not a token id.\n` +
      'Documents are lists of whole numbers >= 0: give tokenizer.encode(text).ids of each.',
    { value: id },
  );
}
