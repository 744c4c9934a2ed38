import { ConfigError, DataError, type DataErrorOptions } from '../../errors/index.js';

/** Pieces of a text, cut anywhere, even inside a line or a character; bytes are UTF-8. */
export type TextPieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Where readers get text from: its pieces, or a function that returns them and is called anew for each iteration.
 *
 * `streamText(path)` of `sesame-nlp/data/node` is a file; `async () => (await fetch(url)).body` a download that can be
 * read more than once; `[text]` a text that is in memory. Errors cite the `name` of a source that has one.
 */
export type TextSource = TextPieces | (() => TextPieces | Promise<TextPieces>);

/** A text that is being read, for messages known by its reader's name and its own. */
export class TextInput {
  readonly #owner: string;
  readonly #pieces: TextPieces;
  readonly #name: string | undefined;

  /** @param owner the reader, as the user knows it: 'readCsv' */
  private constructor(owner: string, pieces: TextPieces) {
    this.#owner = owner;
    this.#pieces = pieces;
    this.#name = 'name' in pieces && typeof pieces.name === 'string' ? pieces.name : undefined;
  }

  /** @throws ConfigError if the source has no pieces */
  static async open(owner: string, source: TextSource): Promise<TextInput> {
    const pieces: unknown = typeof source === 'function' ? await source() : source;
    if (isPieces(pieces)) return new TextInput(owner, pieces);
    throw wrongSource(owner, pieces);
  }

  /** The text in pieces, without the byte-order mark that it may begin with. */
  async *pieces(): AsyncGenerator<string, void> {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    let begun = false;
    for await (const piece of eachPiece(this.#pieces)) {
      const text = this.#text(piece, decoder);
      if (text === '') continue;
      yield begun || !text.startsWith('\ufeff') ? text : text.slice(1);
      begun = true;
    }
    this.#decode(undefined, decoder);
  }

  /** An error about a place in this text. */
  refuse(problem: string, { line, ...details }: DataErrorOptions = {}): DataError {
    const place = [this.#name, line === undefined ? undefined : `line ${line}`].filter((part) => part !== undefined);
    return new DataError([this.#owner, place.join(', '), problem].filter((part) => part !== '').join(': '), {
      ...details,
      line,
    });
  }

  #text(piece: unknown, decoder: TextDecoder): string {
    if (typeof piece === 'string') return piece;
    if (piece instanceof Uint8Array) return this.#decode(piece, decoder);
    throw wrongSource(this.#owner, piece);
  }

  /** The characters that end in these bytes; without bytes, the end of the text. */
  #decode(bytes: Uint8Array | undefined, decoder: TextDecoder): string {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw this.refuse(
        'the bytes are not UTF-8.\nDecode them with a TextDecoder for what they are, and pass strings.',
        {
          value: bytes,
          cause,
        },
      );
    }
  }
}

/** A stream as browsers have it: not every one of them lets `for await` read it. */
type Stream = Pick<ReadableStream<string | Uint8Array>, 'getReader'>;

function isPieces(value: unknown): value is TextPieces {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value || isStream(value);
}

function isStream(value: object): value is Stream {
  return 'getReader' in value && typeof value.getReader === 'function';
}

function eachPiece(pieces: TextPieces): TextPieces {
  return Symbol.asyncIterator in pieces || Symbol.iterator in pieces ? pieces : readStream(pieces as Stream);
}

async function* readStream(stream: Stream): AsyncGenerator<string | Uint8Array, void> {
  const reader = stream.getReader();
  let over = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      over = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!over) await reader.cancel();
    reader.releaseLock();
  }
}

function wrongSource(owner: string, value: unknown): ConfigError {
  const problem =
    typeof value === 'string'
      ? 'the source is a string, which may be meant as a path or as the text itself.\n' +
        'For a file pass streamText(path) of sesame-nlp/data/node, for the text itself a list: [text].'
      : 'the source is no iterable of strings or bytes, and no function that returns one.\n' +
        'Pass streamText(path) of sesame-nlp/data/node, the body of a response, or a text in a list: [text].';
  return new ConfigError(`${owner}: ${problem}`, { value });
}
