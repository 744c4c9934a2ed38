import { type DataError, rejectUnknownOptions } from '../../errors/index.js';
import { quantity } from '../quantity.js';
import { type LineParser, parseLines } from './parseLines.js';
import { type ReaderOptions, recordLimit } from './readerOptions.js';
import type { TextInput, TextSource } from './textSource.js';

/** What is said of a word or an empty node, as the file writes it; `_` means that nothing is said. */
export interface ConlluAnnotations {
  /** The word as the text has it, or the syntactic word that it stands for. */
  readonly form: string;
  /** Its dictionary form. */
  readonly lemma: string;
  /** The universal part of speech, such as NOUN. */
  readonly upos: string;
  /** The part of speech by the rules of the language or treebank. */
  readonly xpos: string;
  /** Morphological features, as in `Case=Nom|Number=Sing`. */
  readonly feats: string;
  /** The relation to the head, such as nsubj. */
  readonly deprel: string;
  /** Enhanced dependencies, as in `4:nsubj|6:conj`. */
  readonly deps: string;
  /** Anything else, such as SpaceAfter=No. */
  readonly misc: string;
}

/** A syntactic word. */
export interface ConlluWord extends ConlluAnnotations {
  /** The id of the word that this one depends on; 0 is the root, undefined where nothing is said. */
  readonly head: number | undefined;
}

/** A node that is no word of the text, such as an elided verb, in the enhanced dependencies. */
export interface ConlluEmptyNode extends ConlluAnnotations {
  /** The id of the word after which it stands, 0 at the beginning; and its number there, from 1. */
  readonly id: readonly [after: number, number: number];
}

/** A token of the text that stands for several words, as `don't` for `do` and `n't`. */
export interface ConlluMultiwordToken {
  /** The id of its first word. */
  readonly first: number;
  /** The id of its last word. */
  readonly last: number;
  /** The token as the text has it. */
  readonly form: string;
  /** Anything else, such as SpaceAfter=No. */
  readonly misc: string;
}

/** A sentence of a treebank. */
export interface ConlluSentence {
  /** What comments of the form `# key = value` say, such as sent_id and text. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The other comments, without the `#`. */
  readonly comments: readonly string[];
  /** The syntactic words. The id of a word is its index + 1. */
  readonly words: readonly ConlluWord[];
  /** The tokens of the text that stand for several words. */
  readonly multiwordTokens: readonly ConlluMultiwordToken[];
  /** The nodes that are no words of the text. */
  readonly emptyNodes: readonly ConlluEmptyNode[];
}

/**
 * The sentences of a treebank in CoNLL-U, the format of Universal Dependencies: comments, syntactic words, tokens that
 * stand for several words (`1-2`) and empty nodes (`1.1`).
 *
 * Memory holds one sentence and one piece of the source, and the sentences can be read again if the source can.
 *
 * @throws DataError with the `line`, if one has not ten columns, ids do not count up, a head is no word of the sentence,
 *   a sentence is longer than `maxRecordLength`, or bytes are not UTF-8
 * @throws ConfigError if the source holds no text, or an option is misspelt
 * @see https://universaldependencies.org/format.html
 */
export function readConllu(source: TextSource, options: ReaderOptions = {}): AsyncIterable<ConlluSentence> {
  rejectUnknownOptions('readConllu', options, ['maxRecordLength']);
  const maxLength = recordLimit('readConllu', options);
  return parseLines('readConllu', source, options, (input) => new ConlluParser(input, maxLength));
}

class ConlluParser implements LineParser<ConlluSentence> {
  readonly #input: TextInput;
  readonly #maxLength: number;
  #sentence = openSentence();

  constructor(input: TextInput, maxLength: number) {
    this.#input = input;
    this.#maxLength = maxLength;
  }

  line(text: string, number: number): ConlluSentence | undefined {
    if (!/[^ \t]/.test(text)) return this.end();
    this.#sentence.length += text.length;
    if (this.#sentence.length > this.#maxLength) throw this.#tooLong(number);
    if (text.startsWith('#')) this.#addComment(text.slice(1));
    else this.#addRow(text.split('\t'), number);
    return undefined;
  }

  end(): ConlluSentence | undefined {
    const { metadata, comments, words, multiwordTokens, emptyNodes, lines } = this.#sentence;
    this.#sentence = openSentence();
    if (words.length === 0 && emptyNodes.length === 0) return undefined; // comments alone, or nothing
    for (const [index, { head }] of words.entries()) {
      if (head === undefined || head <= words.length) continue;
      throw this.#input.refuse(`the head ${head} is no word of the sentence, which has ${words.length}.`, {
        line: lines[index],
        value: head,
      });
    }
    const last = multiwordTokens.at(-1);
    if (last === undefined || last.last <= words.length) {
      return { metadata, comments, words, multiwordTokens, emptyNodes };
    }
    throw this.#input.refuse(
      `the token ${last.first}-${last.last} ends after the sentence, which has ${quantity(words.length, 'word')}.`,
      { line: lines.at(-1), value: last },
    );
  }

  /** The first equals sign of a comment divides a name from what it says. */
  #addComment(comment: string): void {
    const equals = comment.indexOf('=');
    if (equals < 0) this.#sentence.comments.push(comment.trim());
    else this.#sentence.metadata.set(comment.slice(0, equals).trim(), comment.slice(equals + 1).trim());
  }

  #addRow(columns: readonly string[], line: number): void {
    if (columns.length !== 10 || columns.includes('')) throw this.#wrongColumns(columns, line);
    const [id, form, lemma, upos, xpos, feats, head, deprel, deps, misc] = columns as Row;
    const { words, emptyNodes, multiwordTokens, lines } = this.#sentence;
    const [, number, separator, second] = /^(\d{1,9})(?:([-.])(\d{1,9}))?$/.exec(id) ?? [];
    const annotations = { form, lemma, upos, xpos, feats, deprel, deps, misc };
    if (separator === '-' && this.#mayBegin(Number(number)) && Number(second) >= Number(number)) {
      multiwordTokens.push({ first: Number(number), last: Number(second), form, misc });
    } else if (separator === '.' && Number(number) === words.length && Number(second) === this.#nextEmptyNode()) {
      emptyNodes.push({ id: [Number(number), Number(second)], ...annotations });
    } else if (separator === undefined && Number(number) === words.length + 1) {
      words.push({ head: this.#readHead(head, line), ...annotations });
      lines.push(line);
    } else throw this.#wrongId(id, line);
  }

  /** Whether a token of several words may begin here: right before its first word, and after the last such token. */
  #mayBegin(first: number): boolean {
    const { words, multiwordTokens } = this.#sentence;
    return first === words.length + 1 && first > (multiwordTokens.at(-1)?.last ?? 0);
  }

  /** The number of the next empty node after the present word. */
  #nextEmptyNode(): number {
    const [after, number] = this.#sentence.emptyNodes.at(-1)?.id ?? [0, 0];
    return after === this.#sentence.words.length ? number + 1 : 1;
  }

  #readHead(head: string, line: number): number | undefined {
    if (head === '_') return undefined;
    if (/^\d{1,9}$/.test(head)) return Number(head);
    throw this.#input.refuse(`the head ${JSON.stringify(head)} is no whole number.\nWrite _ where none is known.`, {
      line,
      value: head,
    });
  }

  #wrongColumns(columns: readonly string[], line: number): DataError {
    const problem = columns.includes('') ? 'a column is empty' : `the line has ${quantity(columns.length, 'column')}`;
    return this.#input.refuse(
      `${problem}, and CoNLL-U has ten, separated by tabs.\n` +
        'Write _ where nothing is said; for columns of another kind use readConll.',
      { line, value: columns },
    );
  }

  #wrongId(id: string, line: number): DataError {
    const { length } = this.#sentence.words;
    const text = id.length > 30 ? `${id.slice(0, 30)}…` : id;
    return this.#input.refuse(
      `the id ${JSON.stringify(text)} cannot stand after ${quantity(length, 'word')}.\n` +
        `The next word is ${length + 1}; before it may come a range such as ${length + 1}-${length + 2}, or an empty ` +
        `node such as ${length}.1. A blank line must end each sentence.`,
      { line, value: id },
    );
  }

  #tooLong(line: number): DataError {
    return this.#input.refuse(
      `the sentence that goes on here is longer than ${this.#maxLength} characters.\n` +
        'A blank line must end each sentence. If it is one, raise maxRecordLength to what your memory holds.',
      { line, value: this.#sentence.length },
    );
  }
}

type Row = [
  id: string,
  form: string,
  lemma: string,
  upos: string,
  xpos: string,
  feats: string,
  head: string,
  deprel: string,
  deps: string,
  misc: string,
];

/** A sentence whose end was not read yet. */
function openSentence() {
  return {
    metadata: new Map<string, string>(),
    comments: [] as string[],
    words: [] as ConlluWord[],
    multiwordTokens: [] as ConlluMultiwordToken[],
    emptyNodes: [] as ConlluEmptyNode[],
    /** The line of each word. */
    lines: [] as number[],
    /** UTF-16 code units so far. */
    length: 0,
  };
}
