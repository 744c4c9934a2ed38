import { ConfigError, type DataError, rejectUnknownOptions } from '../../errors/index.js';
import { isList } from '../checkOptions.js';
import { quantity } from '../quantity.js';
import { setOwnProperty } from './ownProperty.js';
import { type LineParser, parseLines } from './parseLines.js';
import { type ReaderOptions, recordLimit } from './readerOptions.js';
import type { TextInput, TextSource } from './textSource.js';

/** The columns of CoNLL-2003. */
export type Conll2003Column = 'tokens' | 'partsOfSpeech' | 'chunks' | 'tags';

/** A sentence by its columns, an entry a token each: `{ tokens: ['EU', 'rejects'], tags: ['B-ORG', 'O'] }`. */
export type ConllSentence<Column extends string = Conll2003Column> = { readonly [Name in Column]: readonly string[] };

/** What `readConll` takes besides the source. */
export interface ReadConllOptions<Column extends string = Conll2003Column> extends ReaderOptions {
  /** A name for each column, in their order; those of CoNLL-2003 by default. */
  readonly columns?: readonly Column[] | undefined;
}

/**
 * The sentences of a file with a token a line, in columns, and a blank line after each sentence: CoNLL-2003, and with
 * `columns: ['tokens', 'tags']` WNUT-17, Weibo NER and many others. Columns are separated by tabs where a line has one,
 * else by spaces. Lines that begin with `-DOCSTART-` separate documents; they are skipped and end a sentence.
 *
 * Memory holds one sentence and one piece of the source, and the sentences can be read again if the source can.
 *
 * @throws DataError with the `line`, if one has more or fewer columns than there are names or an empty one, a sentence
 *   is longer than `maxRecordLength`, or bytes are not UTF-8
 * @throws ConfigError if the source holds no text, or an option cannot work
 * @see Tjong Kim Sang and De Meulder 2003, https://aclanthology.org/W03-0419
 */
export function readConll<const Column extends string = Conll2003Column>(
  source: TextSource,
  options: ReadConllOptions<Column> = {},
): AsyncIterable<ConllSentence<Column>> {
  rejectUnknownOptions('readConll', options, ['columns', 'maxRecordLength']);
  const columns: readonly string[] = options.columns ?? conll2003Columns;
  if (!isList(columns) || columns.length === 0 || new Set(columns).size < columns.length) {
    throw new ConfigError("readConll: columns must name each column, such as ['tokens', 'tags'].", { value: columns });
  }
  const maxLength = recordLimit('readConll', options);
  return parseLines('readConll', source, options, (input) => new ConllParser<Column>(input, columns, maxLength));
}

const conll2003Columns: readonly string[] = ['tokens', 'partsOfSpeech', 'chunks', 'tags'] satisfies Conll2003Column[];

class ConllParser<Column extends string> implements LineParser<ConllSentence<Column>> {
  readonly #input: TextInput;
  readonly #columns: readonly string[];
  readonly #maxLength: number;
  /** The values of each column so far. */
  #sentence: string[][];
  /** UTF-16 code units of the sentence so far. */
  #length = 0;

  constructor(input: TextInput, columns: readonly string[], maxLength: number) {
    this.#input = input;
    this.#columns = columns;
    this.#maxLength = maxLength;
    this.#sentence = columns.map(() => []);
  }

  line(text: string, number: number): ConllSentence<Column> | undefined {
    if (!/[^ \t]/.test(text)) return this.end();
    const fields = text.includes('\t') ? text.split('\t') : text.split(' ').filter((field) => field !== '');
    if (fields[0] === '-DOCSTART-') return this.end();
    if (fields.length !== this.#columns.length || fields.includes('')) throw this.#wrongColumns(fields, number);
    this.#length += text.length;
    if (this.#length > this.#maxLength) throw this.#tooLong(number);
    for (const [index, field] of fields.entries()) this.#sentence[index]!.push(field);
    return undefined;
  }

  end(): ConllSentence<Column> | undefined {
    const sentence = this.#sentence;
    if (sentence[0]!.length === 0) return undefined;
    this.#sentence = this.#columns.map(() => []);
    this.#length = 0;
    const columns: Record<string, readonly string[]> = {};
    for (const [index, name] of this.#columns.entries()) setOwnProperty(columns, name, sentence[index]!);
    return columns as ConllSentence<Column>;
  }

  #wrongColumns(fields: readonly string[], line: number): DataError {
    const problem = fields.includes('')
      ? 'a column is empty'
      : `the line has ${quantity(fields.length, 'column')}, and ${this.#columns.length} are expected: ${this.#columns.join(', ')}`;
    return this.#input.refuse(
      `${problem}.\nName all columns of the file: columns: ['tokens', 'tags'] for a token and its tag.`,
      { line, value: fields },
    );
  }

  #tooLong(line: number): DataError {
    return this.#input.refuse(
      `the sentence that goes on here is longer than ${this.#maxLength} characters.\n` +
        'A blank line must end each sentence. If it is one, raise maxRecordLength to what your memory holds.',
      { line, value: this.#length },
    );
  }
}
