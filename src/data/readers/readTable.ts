import { ConfigError, type DataError, nearestName } from '../../errors/index.js';
import { isList } from '../checkOptions.js';
import { quantity } from '../quantity.js';
import { CsvParser, type CsvRecord } from './csvParser.js';
import { setOwnProperty } from './ownProperty.js';
import { parsePieces } from './parsePieces.js';
import { type ReaderOptions, recordLimit } from './readerOptions.js';
import type { TextInput, TextSource } from './textSource.js';

/** What `readTsv` takes besides the source. */
export interface ReadTsvOptions<Column extends string = string> extends ReaderOptions {
  /**
   * The columns that rows shall have. By default those of the header. Where there is a header, it must have these, and
   * others are left out; where there is none, these are all the columns of the file, in their order.
   */
  readonly columns?: readonly Column[] | undefined;
  /** Whether the first record names the columns; it does by default. */
  readonly header?: boolean | undefined;
  /**
   * The character around fields in which delimiters, line breaks and (doubled) quotes are characters like others; null
   * if there is none. `readCsv` has `"` by default, `readTsv` null.
   */
  readonly quote?: string | null | undefined;
}

/** What `readCsv` takes besides the source. */
export interface ReadCsvOptions<Column extends string = string> extends ReadTsvOptions<Column> {
  /** The character between fields; a comma by default. */
  readonly delimiter?: string | undefined;
}

/** One record of a table: the text of each column, by its name. */
export type TableRow<Column extends string = string> = { readonly [Name in Column]: string };

/** The rows of a table, for readers of several names and defaults. */
export function readTable<Column extends string>(
  owner: string,
  source: TextSource,
  defaults: { readonly delimiter: string; readonly quote: string | null },
  options: ReadCsvOptions<Column>,
): AsyncIterable<TableRow<Column>> {
  const { columns, header = true, delimiter = defaults.delimiter, quote = defaults.quote } = options;
  const maxLength = recordLimit(owner, options);
  checkCharacters(owner, delimiter, quote);
  if (columns !== undefined) checkColumns(owner, columns);
  else if (!header) {
    throw new ConfigError(`${owner}: without a header, columns must name the columns: columns: ['text', 'label'].`);
  }
  return parsePieces(owner, source, (input) => {
    const parser = new CsvParser(input, { delimiter, quote, maxLength });
    const table = header ? new Table<Column>(input, columns) : new Table(input, columns, columns);
    return { push: (piece) => rows(parser.push(piece), table), end: () => rows(parser.end(), table) };
  });
}

function* rows<Column extends string>(records: Iterable<CsvRecord>, table: Table<Column>) {
  for (const record of records) {
    const row = table.row(record);
    if (row !== undefined) yield row;
  }
}

/** Names the fields of records. */
class Table<Column extends string> {
  readonly #input: TextInput;
  /** The columns that were asked for; all by default. */
  readonly #asked: readonly Column[] | undefined;
  /** All columns of the file; unknown until its header was read. */
  #columns: readonly string[] | undefined;
  /** The name and the place of each column that rows get. */
  #taken: readonly (readonly [name: string, index: number])[] = [];

  constructor(input: TextInput, asked: readonly Column[] | undefined, columns?: readonly Column[]) {
    this.#input = input;
    this.#asked = asked;
    if (columns !== undefined) this.#name(columns, 1);
  }

  /** @returns undefined for the header */
  row({ fields, line }: CsvRecord): TableRow<Column> | undefined {
    if (this.#columns === undefined) {
      this.#name(fields, line);
      return undefined;
    }
    if (fields.length !== this.#columns.length) throw this.#wrongLength(fields, line);
    const row: Record<string, string> = {};
    for (const [name, index] of this.#taken) setOwnProperty(row, name, fields[index]!);
    return row as TableRow<Column>;
  }

  #name(columns: readonly string[], line: number): void {
    const places = new Map(columns.map((name, index) => [name, index]));
    if (places.size < columns.length) {
      const twice = columns.find((name, index) => places.get(name) !== index);
      throw this.#input.refuse(
        `the header names the column ${JSON.stringify(twice)} twice.\n` +
          'Rename one of them, or skip the header and name the columns yourself.',
        { line, value: twice },
      );
    }
    this.#columns = columns;
    this.#taken = (this.#asked ?? columns).map((name) => {
      const index = places.get(name);
      if (index === undefined) throw this.#missing(name, line);
      return [name, index];
    });
  }

  #missing(name: string, line: number): DataError {
    const columns = this.#columns!;
    // Of a hostile header, not every name: the comparison takes the product of two lengths.
    const nearest = nearestName(
      name,
      columns.slice(0, 100).filter(({ length }) => length < 100),
    );
    return this.#input.refuse(
      `the header has no column ${name}; it has ${listed(columns)}.\n` +
        (nearest === undefined ? 'If the file has no header, say header: false.' : `Did you mean ${nearest}?`),
      { line, value: name },
    );
  }

  #wrongLength(fields: readonly string[], line: number): DataError {
    const columns = this.#columns!;
    return this.#input.refuse(
      `the record has ${quantity(fields.length, 'field')}, and the columns are ${columns.length}: ${listed(columns)}.\n` +
        'Check its delimiters and quotes, and whether the delimiter is the one that the file has.',
      { line, value: fields },
    );
  }
}

/** Names for a message, which a hostile header cannot make long. */
function listed(names: readonly string[]): string {
  const short = names.slice(0, 10).map((name) => (name.length > 30 ? `${name.slice(0, 30)}…` : name));
  return names.length > 10 ? `${short.join(', ')}, …` : short.join(', ');
}

function checkColumns(owner: string, columns: readonly string[]): void {
  if (!isList(columns) || columns.length === 0 || columns.some((name) => typeof name !== 'string')) {
    throw new ConfigError(`${owner}: columns must be names, such as ['text', 'label'].`, { value: columns });
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ConfigError(`${owner}: columns has ${JSON.stringify(twice)} twice.\nGive each column a name of its own.`, {
    value: twice,
  });
}

function checkCharacters(owner: string, delimiter: string, quote: string | null): void {
  const isCharacter = (value: unknown) => typeof value === 'string' && /^[^\r\n]$/.test(value);
  if (!isCharacter(delimiter)) {
    throw new ConfigError(`${owner}: delimiter must be one character, such as ',' or ';'.`, { value: delimiter });
  }
  if (quote === null || (isCharacter(quote) && quote !== delimiter)) return;
  throw new ConfigError(`${owner}: quote must be one character other than the delimiter, such as '"', or null.`, {
    value: quote,
  });
}
