import { ShapeError, TrainingError } from '../errors/index.js';

/** The token ids of one text. */
export type TokenIds = Int32Array | readonly number[];

/** A stretch of one document: its tokens from `start` to `end` (not included). */
export interface TokenWindow {
  readonly document: number;
  readonly start: number;
  readonly end: number;
}

/** One text or several, as arrays of one kind; whole numbers >= 0 are all they hold. */
export function toDocuments(tokenIds: TokenIds | readonly TokenIds[]): Int32Array[] {
  const given: unknown = tokenIds;
  if (!(Array.isArray(given) || ArrayBuffer.isView(given))) {
    throw new ShapeError(
      'languageModelBatches: the token ids are no array.\nGive the ids of an encoded text, tokenizer.encode(text).ids.',
      { value: given },
    );
  }
  const documents = isOneDocument(tokenIds) ? [tokenIds] : tokenIds;
  return documents.map((document) => {
    if (document instanceof Int32Array && document.every((id) => id >= 0)) return document;
    const bad = Array.from(document).find((id) => !(Number.isInteger(id) && id >= 0 && id < 2 ** 31));
    if (bad === undefined) return Int32Array.from(document);
    throw new ShapeError(
      `languageModelBatches: ${String(bad)} is not a token id.\n` +
        'Ids are whole numbers >= 0: give the ids of an encoded text, tokenizer.encode(text).ids.',
      { value: bad },
    );
  });
}

function isOneDocument(tokenIds: TokenIds | readonly TokenIds[]): tokenIds is TokenIds {
  return tokenIds instanceof Int32Array || typeof tokenIds[0] !== 'object';
}

/**
 * Cuts documents into windows of contextLength + 1 tokens. Each window begins with the last token of the one before, so
 * that every token but a document's first is predicted exactly once. What is left of a document is a shorter window.
 *
 * @throws TrainingError if there is nothing to predict, or less than one window
 */
export function cutWindows(documents: readonly Int32Array[], contextLength: number): TokenWindow[] {
  const total = documents.reduce((sum, document) => sum + document.length, 0);
  if (total === 0) {
    throw new TrainingError(
      'languageModelBatches: the corpus is empty: it has no token.\nGive the token ids of some text.',
      { value: total },
    );
  }
  if (total <= contextLength) {
    throw new TrainingError(
      `languageModelBatches: the corpus has ${total} tokens, and one window takes ${contextLength + 1} ` +
        `(contextLength ${contextLength} and one more to predict).\n` +
        (total > 1 ? `Give more text, or lower contextLength to at most ${total - 1}.` : 'Give more text.'),
      { value: total },
    );
  }
  const windows: TokenWindow[] = [];
  for (const [document, { length }] of documents.entries()) {
    for (let start = 0; start < length - 1; start += contextLength) {
      windows.push({ document, start, end: Math.min(start + contextLength + 1, length) });
    }
  }
  if (windows.length > 0) return windows;
  throw new TrainingError(
    'languageModelBatches: every document has a single token, so that there is no next one to predict.\n' +
      'Join the documents into one.',
    { value: total },
  );
}

/** Groups windows of equal length into batches, the longest first. Only the last batch of a length may be smaller. */
export function groupIntoBatches(windows: readonly TokenWindow[], batchSize: number): TokenWindow[][] {
  const byLength = new Map<number, TokenWindow[]>();
  for (const window of windows) {
    const length = window.end - window.start;
    const group = byLength.get(length);
    if (group === undefined) byLength.set(length, [window]);
    else group.push(window);
  }
  const batches: TokenWindow[][] = [];
  for (const length of [...byLength.keys()].sort((a, b) => b - a)) {
    const group = byLength.get(length)!;
    for (let first = 0; first < group.length; first += batchSize) batches.push(group.slice(first, first + batchSize));
  }
  return batches;
}
