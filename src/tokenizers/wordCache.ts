import type { PieceBuffer } from './pieceBuffer.js';

/** Longer words are rare, and rarer still a second time. */
export const MAX_CACHED_UNITS = 32;

/** There are 2^BITS slots, and a few more after the last. */
const BITS = 16;
/** Numbers of a slot: the hash of its word, and where its record is, 0 if the slot is free. */
const SLOT = 2;
/** A word is in one of so many slots, or nowhere: whatever words a text is made of, looking one up takes no longer. */
const PLACES = 8;
/** Where records would take more numbers, all words are forgotten. */
const MAX_NUMBERS = 2 ** 22;
/** A unit has at most three bytes of UTF-8, and few models make more pieces than bytes. */
const MAX_CACHED_PIECES = 3 * MAX_CACHED_UNITS;
/** The most numbers of a record. */
const MAX_RECORD = 2 + MAX_CACHED_UNITS + 2 * MAX_CACHED_PIECES;

/**
 * The pieces of words met before, so that they are not made again. They are looked up by ranges of the text and held in
 * typed arrays: a string and an object a word would cost more than encoding it anew.
 */
export class WordCache {
  /** Made for the first word: many tokenizers have caches that they never need. */
  #slots: Int32Array | undefined;
  /** Of each word: how many units it has, how many pieces, its units, and the id and the range of each piece. */
  #records = new Int32Array(2 ** 10);
  #end = 1;

  /**
   * Appends the pieces of a word, text.slice(start, end), if it was met before.
   *
   * @returns whether it was
   */
  append(text: string, start: number, end: number, pieces: PieceBuffer): boolean {
    const slots = this.#slots;
    const records = this.#records;
    if (slots === undefined) return false;
    const hash = hashOf(text, start, end);
    let slot = firstSlot(hash);
    search: for (let place = 0; place < PLACES; place++, slot += SLOT) {
      let at = slots[slot + 1]!;
      if (at === 0) return false;
      if (slots[slot] !== hash || records[at] !== end - start) continue;
      const last = records[at + 1]!;
      at += 2;
      for (let unit = start; unit < end; unit++) if (records[at++] !== text.charCodeAt(unit)) continue search;
      for (; at < last; at += 2) {
        const range = records[at + 1]!;
        pieces.push(records[at]!, start + (range >> 8), start + (range & 0xff));
      }
      return true;
    }
    return false;
  }

  /** Remembers the pieces from index `from` on, of a word that was not met before, unless it is long. */
  add(text: string, start: number, end: number, pieces: PieceBuffer, from: number): void {
    const count = pieces.length - from;
    if (end - start > MAX_CACHED_UNITS || count > MAX_CACHED_PIECES) return;
    this.#slots ??= new Int32Array(SLOT * (2 ** BITS + PLACES));
    const slots = this.#slots;
    if (this.#end + MAX_RECORD > this.#records.length) this.#makeRoom(slots);
    const records = this.#records;
    let at = this.#end;
    this.#end += 2 + end - start + 2 * count;
    const hash = hashOf(text, start, end);
    let slot = firstSlot(hash);
    for (let place = 1; place < PLACES && slots[slot + 1] !== 0; place++) slot += SLOT; // or the last is forgotten
    slots[slot] = hash;
    slots[slot + 1] = at;
    records[at++] = end - start;
    records[at++] = this.#end;
    for (let unit = start; unit < end; unit++) records[at++] = text.charCodeAt(unit);
    for (let i = from; i < pieces.length; i++) {
      records[at++] = pieces.id(i);
      records[at++] = ((pieces.start(i) - start) << 8) | (pieces.end(i) - start);
    }
  }

  #makeRoom(slots: Int32Array): void {
    if (this.#records.length < MAX_NUMBERS) {
      const longer = new Int32Array(4 * this.#records.length);
      longer.set(this.#records);
      this.#records = longer;
    } else {
      slots.fill(0);
      this.#end = 1;
    }
  }
}

/** The hash of text.slice(start, end). */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = ((hash << 13) | (hash >>> 19)) ^ text.charCodeAt(at);
  return hash;
}

function firstSlot(hash: number): number {
  return SLOT * (Math.imul(hash, 0x9e3779b1) >>> (32 - BITS));
}
