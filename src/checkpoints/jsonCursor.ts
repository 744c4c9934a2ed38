// JSON.parse keeps the last of two equal keys without a word, builds whatever nesting a hostile file spells, and reads
// 1e2 as an integer. This cursor walks the bytes instead and allocates only what the caller asks for.

import { CheckpointError } from '../errors/index.js';

const quote = 0x22;
const backslash = 0x5c;

/** Reads the strings, unsigned integers and punctuation of a JSON text one after the other. */
export class JsonCursor {
  private position = 0;
  // A byte order mark is part of a string like any other character.
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  /**
   * @param owner who reads, for messages: 'readSafetensors'
   * @param bytes the UTF-8 text
   */
  constructor(
    private readonly owner: string,
    private readonly bytes: Uint8Array,
  ) {}

  /** Whether the next token starts with this character; if so it is consumed. */
  accept(character: string): boolean {
    this.skipWhitespace();
    if (this.bytes[this.position] !== character.charCodeAt(0)) return false;
    this.position++;
    return true;
  }

  /** Consumes this character or throws. */
  expect(character: string): void {
    if (!this.accept(character)) this.fail(`expected ${character}`);
  }

  /** Only whitespace may be left. */
  expectEnd(): void {
    this.skipWhitespace();
    if (this.position < this.bytes.length) this.fail('expected nothing more');
  }

  /** Visits the members of an object; `visit` consumes the value. */
  object(visit: (key: string) => void): void {
    this.expect('{');
    if (this.accept('}')) return;
    do {
      const key = this.string();
      this.expect(':');
      visit(key);
    } while (this.accept(','));
    this.expect('}');
  }

  /** An array of unsigned integers, at most `limit` of them. */
  integers(limit: number): number[] {
    const values: number[] = [];
    this.expect('[');
    if (this.accept(']')) return values;
    do {
      if (values.length === limit) this.fail(`expected at most ${limit} numbers`);
      values.push(this.integer());
    } while (this.accept(','));
    this.expect(']');
    return values;
  }

  /** A string, well-formed Unicode. */
  string(): string {
    this.expect('"');
    const start = this.position;
    let escaped = false;
    for (;;) {
      const byte = this.bytes[this.position];
      if (byte === undefined) this.fail('the text ends inside a string');
      if (byte < 0x20) this.fail('a string holds a bare control character');
      if (byte === quote) break;
      if (byte === backslash) escaped = true;
      this.position += byte === backslash ? 2 : 1;
    }
    const text = this.decode(start, this.position++);
    return escaped ? this.unescape(text) : text;
  }

  /** An unsigned integer in decimal digits; no sign, fraction, exponent or leading zero. */
  private integer(): number {
    this.skipWhitespace();
    const start = this.position;
    while (isDigit(this.bytes[this.position])) this.position++;
    const digits = this.decode(start, this.position);
    const value = Number(digits);
    if (digits === '' || String(value) !== digits || !Number.isSafeInteger(value)) {
      this.fail('expected an unsigned integer below 2^53', start);
    }
    return value;
  }

  /** The reason, with the place. */
  fail(reason: string, position = this.position): never {
    throw new CheckpointError(
      `${this.owner}: the header is damaged at its byte ${position}: ${reason}.\n` +
        'Expected the JSON header of a safetensors file. Fetch or export the file again.',
      { value: position },
    );
  }

  private skipWhitespace(): void {
    for (;;) {
      const byte = this.bytes[this.position];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.position++;
    }
  }

  private decode(start: number, end: number): string {
    try {
      // A copy, since TextDecoder refuses views of shared memory.
      return this.decoder.decode(this.bytes.slice(start, end));
    } catch {
      this.fail('a string is not UTF-8', start);
    }
  }

  private unescape(text: string): string {
    let value: unknown;
    try {
      value = JSON.parse(`"${text}"`);
    } catch {
      this.fail('a string holds an escape that JSON does not have');
    }
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) this.fail('a string holds half a surrogate pair');
    return value;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
