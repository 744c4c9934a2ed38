// Not from a library: csv-parse works on Node's Buffer, in browsers too, and Papa Parse takes up a record that spans
// several pieces from its start again with each of them.
import { ownText } from './ownText.js';
import type { PieceParser } from './parsePieces.js';
import type { TextInput } from './textSource.js';

/** The fields of one record, and the line where it begins, from 1. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** What is special in a file of delimited fields. */
export interface CsvDialect {
  /** One UTF-16 code unit. */
  readonly delimiter: string;
  /** One UTF-16 code unit, or null where quotes are characters like others. */
  readonly quote: string | null;
  /** UTF-16 code units that a record may have. */
  readonly maxLength: number;
}

/**
 * Cuts pieces of text into records of delimited fields, by RFC 4180 with the liberties that files take: \n and \r end a
 * record as \r\n does, blank lines are no records, and in a field that does not begin with a quote, quotes are
 * characters like others. Each character is looked at once, whatever the file holds and however it is cut.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export class CsvParser implements PieceParser<CsvRecord> {
  readonly #input: TextInput;
  readonly #dialect: CsvDialect;
  /** Finds the end of a field without quotes. */
  readonly #fieldEnd: RegExp;
  /** After a quote in a quoted field comes its end, or the second of two quotes that stand for one. */
  #place: 'field start' | 'field' | 'quoted field' | 'after quote' = 'field start';
  #fields: string[] = [];
  #field = '';
  /** UTF-16 code units of the record before the present field. */
  #length = 0;
  /** The line where the present field begins. */
  #line = 1;
  /** The line where the present record begins. */
  #recordLine = 1;
  /** Whether the last record or blank line ended with a \r, to which a \n would belong. */
  #afterReturn = false;

  constructor(input: TextInput, dialect: CsvDialect) {
    this.#input = input;
    this.#dialect = dialect;
    const delimiter = `\\u${dialect.delimiter.charCodeAt(0).toString(16).padStart(4, '0')}`;
    this.#fieldEnd = new RegExp(`[\\r\\n${delimiter}]`, 'g');
  }

  *push(piece: string): Generator<CsvRecord, void> {
    let at = 0;
    while (at < piece.length) {
      if (this.#place === 'field start') at = this.#beginField(piece, at);
      else if (this.#place === 'quoted field') at = this.#readQuoted(piece, at);
      else if (this.#place === 'after quote' && piece[at] === this.#dialect.quote) {
        this.#add(piece, at, at + 1);
        at++;
        this.#place = 'quoted field';
      } else {
        if (this.#place === 'field') at = this.#readUnquoted(piece, at);
        if (at < piece.length && this.#endField(piece[at++]!)) yield this.#takeRecord();
      }
    }
  }

  *end(): Generator<CsvRecord, void> {
    if (this.#place === 'quoted field') throw this.#neverClosed('the end of the text');
    if (this.#place === 'field start' && this.#fields.length === 0) return;
    this.#takeField();
    yield this.#takeRecord();
  }

  #beginField(piece: string, at: number): number {
    const character = piece[at]!;
    const endsLastRecord = this.#afterReturn && character === '\n';
    this.#afterReturn = false;
    if (endsLastRecord) return at + 1;
    if (this.#fields.length === 0) {
      if (character === '\n' || character === '\r') {
        this.#breakLine(character);
        return at + 1; // a blank line
      }
      this.#recordLine = this.#line;
    }
    const quoted = character === this.#dialect.quote;
    this.#place = quoted ? 'quoted field' : 'field';
    return quoted ? at + 1 : at;
  }

  #readUnquoted(piece: string, at: number): number {
    this.#fieldEnd.lastIndex = at;
    const end = this.#fieldEnd.exec(piece)?.index ?? piece.length;
    this.#add(piece, at, end);
    return end;
  }

  #readQuoted(piece: string, at: number): number {
    const quote = piece.indexOf(this.#dialect.quote!, at);
    this.#add(piece, at, quote < 0 ? piece.length : quote);
    if (quote < 0) return piece.length;
    this.#place = 'after quote';
    return quote + 1;
  }

  #add(piece: string, start: number, end: number): void {
    if (this.#length + this.#field.length + end - start > this.#dialect.maxLength) throw this.#tooLong();
    this.#field += piece.slice(start, end);
  }

  /** Takes the field that the character ends, and says whether it ends the record too. */
  #endField(character: string): boolean {
    const endsRecord = character === '\n' || character === '\r';
    if (!endsRecord && character !== this.#dialect.delimiter) throw this.#goesOnAfterQuote(character);
    this.#takeField();
    if (endsRecord) this.#breakLine(character);
    return endsRecord;
  }

  #takeField(): void {
    if (this.#place === 'after quote') this.#line += countLineBreaks(this.#field);
    this.#length += this.#field.length + 1;
    if (this.#length > this.#dialect.maxLength + 1) throw this.#tooLong();
    this.#fields.push(ownText(this.#field));
    this.#field = '';
    this.#place = 'field start';
  }

  #takeRecord(): CsvRecord {
    const record = { fields: this.#fields, line: this.#recordLine };
    this.#fields = [];
    this.#length = 0;
    return record;
  }

  #breakLine(character: string): void {
    this.#line++;
    this.#afterReturn = character === '\r';
  }

  #tooLong(): Error {
    const limit = `${this.#dialect.maxLength} characters`;
    if (this.#place === 'quoted field') return this.#neverClosed(`the most that a record may have, ${limit}`);
    return this.#input.refuse(
      `the record is longer than ${limit}.\nIs it a table? If so, raise maxRecordLength to what your memory holds.`,
      { line: this.#recordLine },
    );
  }

  #neverClosed(reached: string): Error {
    const { quote } = this.#dialect;
    return this.#input.refuse(
      `the quote ${quote} that begins a field here is not closed before ${reached}.\n` +
        'Close it, or say quote: null if quotes are characters like others in this file.',
      { line: this.#line },
    );
  }

  #goesOnAfterQuote(character: string): Error {
    const { quote } = this.#dialect;
    return this.#input.refuse(
      `a field goes on after its closing quote, with ${JSON.stringify(character)}.\n` +
        `Write a quote inside quotes twice, ${quote}${quote}, or say quote: null if quotes are characters like others.`,
      { line: this.#line + countLineBreaks(this.#field), value: character },
    );
  }
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0;
}
