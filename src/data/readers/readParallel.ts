import { ConfigError, rejectUnknownOptions } from '../../errors/index.js';
import { isList } from '../checkOptions.js';
import type { ReaderOptions } from './readerOptions.js';
import { readTable, type TableRow } from './readTable.js';
import type { TextSource } from './textSource.js';

/** What `readParallel` takes besides the source. */
export interface ReadParallelOptions<Language extends string> extends ReaderOptions {
  /**
   * Names of the columns with the same text in two or more languages. Where there is a header, it must have them, and
   * other columns are left out; where there is none, these are all the columns, in their order.
   */
  readonly languages: readonly Language[];
  /** Whether the first line names the columns; it does by default. */
  readonly header?: boolean | undefined;
}

/** One text in several languages: `{ en: 'Thank you.', zh: '谢谢。' }`. */
export type ParallelExample<Language extends string = string> = TableRow<Language>;

/**
 * The texts of a parallel corpus with one text a line, its languages separated by tabs. Quotes are characters like
 * others; an empty side is the empty text.
 *
 * Memory holds one line and one piece of the source, and the examples can be read again if the source can.
 *
 * @throws DataError with the `line`, if a line has more or fewer columns than it should, a language is missing in the
 *   header, or as `readTsv` does
 * @throws ConfigError if the source holds no text, an option cannot work, or there are fewer than two languages
 */
export function readParallel<const Language extends string>(
  source: TextSource,
  options: ReadParallelOptions<Language>,
): AsyncIterable<ParallelExample<Language>> {
  rejectUnknownOptions('readParallel', options, ['languages', 'header', 'maxRecordLength']);
  const { languages, ...rest } = options;
  if (!isList(languages) || languages.length < 2) {
    throw new ConfigError("readParallel: languages must name two or more columns, such as ['en', 'zh'].", {
      value: languages,
    });
  }
  return readTable('readParallel', source, { delimiter: '\t', quote: null }, { columns: languages, ...rest });
}
