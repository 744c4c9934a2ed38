// Normalizers rewrite text, and offsets must still lead back to what the user wrote. So each UTF-16 unit of a rewritten
// text knows the [start, end) of the original that it came from; a piece from unit i to unit j is original.slice(start of
// i, end of j). Text that was inserted came from nothing: its start is its end.

/** Where the units of a text came from: [start, end) of each, in UTF-16 code units of the original. */
interface Origins {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** A text, perhaps rewritten, whose units know the part of the original that they came from. */
export class MappedText {
  /** The text as it is now. */
  readonly text: string;
  readonly #origins: Origins | undefined;
  /** Where the text begins in `#origins`; without these, where it begins in the original. */
  readonly #first: number;
  /** How many units at its beginning came from nothing; `#origins` does not have them, but `#first` counts them. */
  readonly #inserted: number;

  private constructor(text: string, origins: Origins | undefined, first: number, inserted = 0) {
    this.text = text;
    this.#origins = origins;
    this.#first = first;
    this.#inserted = inserted;
  }

  /**
   * A text that was not rewritten yet.
   *
   * @param start where it begins in the original
   */
  static of(text: string, start = 0): MappedText {
    return new MappedText(text, undefined, start);
  }

  /** A text whose unit i came from [starts[i], ends[i]) of the original. */
  static from(text: string, starts: Int32Array, ends: Int32Array): MappedText {
    return new MappedText(text, { starts, ends }, 0);
  }

  /** The number of UTF-16 units. */
  get length(): number {
    return this.text.length;
  }

  /** Where in the original the unit begins. */
  start(unit: number): number {
    const at = this.#first + Math.max(unit, this.#inserted);
    return this.#origins === undefined ? at : this.#origins.starts[at]!;
  }

  /** Where in the original the unit ends. */
  end(unit: number): number {
    if (unit < this.#inserted) return this.start(unit);
    const at = this.#first + unit;
    return this.#origins === undefined ? at + 1 : this.#origins.ends[at]!;
  }

  /** The units [start, end). */
  slice(start: number, end: number): MappedText {
    if (start === 0 && end === this.text.length) return this;
    const inserted = Math.max(0, this.#inserted - start);
    return new MappedText(this.text.slice(start, end), this.#origins, this.#first + start, inserted);
  }

  /** A text of as many units, each of which comes from where this one's does. */
  respelt(text: string): MappedText {
    return new MappedText(text, this.#origins, this.#first, this.#inserted);
  }

  /** The text with something before it that stands for nothing; it has a unit at least. */
  prepended(prefix: string): MappedText {
    const { length } = prefix;
    return new MappedText(prefix + this.text, this.#origins, this.#first - length, this.#inserted + length);
  }

  /** Writes where each unit came from into two arrays, from index `at` on. */
  copyOrigins(starts: Int32Array, ends: Int32Array, at: number): void {
    const { length } = this.text;
    for (let unit = 0; unit < length; unit++) {
      starts[at + unit] = this.start(unit);
      ends[at + unit] = this.end(unit);
    }
  }
}

/** A rewritten text in the making. */
export class MappedTextBuilder {
  readonly #source: MappedText;
  /** What was appended first, as long as it is all there is: a text that only loses its ends is not copied. */
  #only: MappedText | undefined;
  readonly #parts: string[] = [];
  #length = 0;
  #starts = NOTHING;
  #ends = NOTHING;

  constructor(source: MappedText) {
    this.#source = source;
  }

  /** Appends the source's units [from, to) as they are. */
  keep(from: number, to: number): void {
    if (from < to) this.putText(this.#source.slice(from, to));
  }

  /** Appends `text`, which stands for the source's units [from, to): for nothing if there are none. */
  put(text: string, from: number, to: number): void {
    if (text === '') return;
    const source = this.#source;
    let start = 0;
    if (from < source.length) start = source.start(from);
    else if (source.length > 0) start = source.end(source.length - 1);
    const end = from < to ? source.end(to - 1) : start;
    this.#makeRoom(text);
    this.#starts.fill(start, this.#length - text.length, this.#length);
    this.#ends.fill(end, this.#length - text.length, this.#length);
  }

  /** Appends a text of the same original. */
  putText(text: MappedText): void {
    if (this.#length === 0 && this.#only === undefined) {
      this.#only = text;
      return;
    }
    this.#makeRoom(text.text);
    text.copyOrigins(this.#starts, this.#ends, this.#length - text.length);
  }

  /** The text so far. */
  build(): MappedText {
    if (this.#only !== undefined) return this.#only;
    return MappedText.from(this.#parts.join(''), this.#starts.subarray(0, this.#length), this.#ends);
  }

  /** Appends a text whose units' origins are to be written. */
  #makeRoom(text: string): void {
    const only = this.#only;
    if (only !== undefined) {
      this.#only = undefined;
      this.#makeRoom(only.text);
      only.copyOrigins(this.#starts, this.#ends, 0);
    }
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length > this.#starts.length) this.#grow();
  }

  #grow(): void {
    const size = Math.max(this.#source.length + 16, 2 * this.#length);
    const longer = (array: Int32Array) => {
      const copy = new Int32Array(size);
      copy.set(array);
      return copy;
    };
    this.#starts = longer(this.#starts);
    this.#ends = longer(this.#ends);
  }
}

const NOTHING = new Int32Array(0);

/**
 * The text with some of its characters rewritten.
 *
 * @param rewrite what becomes of a code point: '' if it is dropped, undefined if it stays
 */
export function mapCharacters(text: MappedText, rewrite: (codePoint: number) => string | undefined): MappedText {
  let builder: MappedTextBuilder | undefined;
  let kept = 0;
  for (let at = 0; at < text.length; ) {
    const codePoint = text.text.codePointAt(at)!;
    const next = at + (codePoint > 0xffff ? 2 : 1);
    const replacement = rewrite(codePoint);
    if (replacement !== undefined) {
      builder ??= new MappedTextBuilder(text);
      builder.keep(kept, at);
      builder.put(replacement, at, next);
      kept = next;
    }
    at = next;
  }
  if (builder === undefined) return text;
  builder.keep(kept, text.length);
  return builder.build();
}
