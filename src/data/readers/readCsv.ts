import { rejectUnknownOptions } from '../../errors/index.js';
import { type ReadCsvOptions, type ReadTsvOptions, readTable, type TableRow } from './readTable.js';
import type { TextSource } from './textSource.js';

/**
 * The rows of a CSV file (RFC 4180), each a record of texts by the names of the columns. Quoted fields may hold
 * delimiters, line breaks and doubled quotes; lines end with `\r\n`, `\n` or `\r`; blank lines and a byte-order mark are
 * skipped. Naming the `columns` makes their names part of the type.
 *
 * Memory holds one record and one piece of the source, and the rows can be read again if the source can.
 *
 * @throws DataError with the `line`, if a record has more or fewer fields than there are columns, a quote is never
 *   closed, a field goes on after its closing quote, a column is missing or there twice, a record is longer than
 *   `maxRecordLength`, or bytes are not UTF-8
 * @throws ConfigError if the source holds no text, or an option cannot work
 */
export function readCsv<const Column extends string = string>(
  source: TextSource,
  options: ReadCsvOptions<Column> = {},
): AsyncIterable<TableRow<Column>> {
  rejectUnknownOptions('readCsv', options, [...tableOptions, 'delimiter']);
  return readTable('readCsv', source, { delimiter: ',', quote: '"' }, options);
}

/**
 * The rows of a file of tab-separated values, as `readCsv` gives those of a CSV file. Quotes are characters like others,
 * as nearly every TSV file of texts has them; where they are not, say `quote: '"'`.
 *
 * @throws DataError as `readCsv` does
 * @throws ConfigError if the source holds no text, or an option cannot work
 */
export function readTsv<const Column extends string = string>(
  source: TextSource,
  options: ReadTsvOptions<Column> = {},
): AsyncIterable<TableRow<Column>> {
  rejectUnknownOptions('readTsv', options, tableOptions);
  return readTable('readTsv', source, { delimiter: '\t', quote: null }, options);
}

const tableOptions = ['columns', 'header', 'quote', 'maxRecordLength'];
