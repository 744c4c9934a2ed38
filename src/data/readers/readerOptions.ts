import { checkCount } from '../checkOptions.js';

/** What all readers take. */
export interface ReaderOptions {
  /**
   * The most that is held at a time, in UTF-16 code units: of a line, of a CSV record, of a sentence, or of an article
   * of a SQuAD file. What is longer is an error, so that a quote or bracket that is never closed does not fill the
   * memory. 16,777,216 by default.
   */
  readonly maxRecordLength?: number | undefined;
}

/** The option's value, checked. */
export function recordLimit(owner: string, { maxRecordLength = 2 ** 24 }: ReaderOptions): number {
  checkCount(owner, 'maxRecordLength', maxRecordLength, 2 ** 24);
  return maxRecordLength;
}
