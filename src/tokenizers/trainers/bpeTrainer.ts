// Learns merges from counted words. All words lie in one array of symbols, linked so that a merge takes one out; each
// pair knows its positions, so that a merge visits only where the pair occurs.

import { GrowingPairTable } from '../models/growingPairTable.js';
import { ABSENT } from '../models/pairTable.js';
import { type Pair, PairQueue } from './pairQueue.js';

const NONE = -1;

/** Words as symbols, one after the other. */
export interface CountedWords {
  readonly symbols: Int32Array;
  /** Where each word begins in `symbols`, and after the last where it ends. */
  readonly starts: Int32Array;
  /** How often each word occurs. */
  readonly counts: readonly number[];
}

/** A merge that was learned. */
export interface LearnedMerge {
  readonly left: number;
  readonly right: number;
}

/**
 * Learns byte-pair merges, the most frequent pair first. Of pairs that occur equally often the one whose left id is
 * smaller goes first, then the one whose right id is smaller, so that equal counts give equal merges.
 *
 * @see Sennrich et al. 2016, https://arxiv.org/abs/1508.07909
 */
export class BpeTrainer {
  /** The spelling of each id. */
  readonly tokens: string[];
  readonly #ids: Map<string, number>;
  readonly #forbidden: ReadonlySet<string>;
  readonly #minFrequency: number;

  readonly #symbols: Int32Array;
  /** The position of the symbol before and after, or NONE at a word's ends; only of symbols that are left. */
  readonly #previous: Int32Array;
  readonly #next: Int32Array;
  /** The index of each position's word. */
  readonly #words: Int32Array;
  readonly #counts: readonly number[];

  readonly #pairs: Pair[] = [];
  readonly #pairIndex = new GrowingPairTable(1024);
  readonly #queue = new PairQueue();
  #visits = 0;

  /**
   * @param alphabet the spelling of the symbols, by id
   * @param forbidden spellings that no merge may make
   * @param minFrequency how often a pair must occur to be merged
   */
  constructor(alphabet: readonly string[], words: CountedWords, forbidden: ReadonlySet<string>, minFrequency: number) {
    this.tokens = [...alphabet];
    this.#ids = new Map(alphabet.map((token, id) => [token, id]));
    this.#forbidden = forbidden;
    this.#minFrequency = minFrequency;
    const { symbols, starts, counts } = words;
    this.#symbols = symbols;
    this.#counts = counts;
    this.#previous = new Int32Array(symbols.length);
    this.#next = new Int32Array(symbols.length);
    this.#words = new Int32Array(symbols.length);
    for (let word = 0; word < counts.length; word++) {
      const end = starts[word + 1]!;
      for (let position = starts[word]!; position < end; position++) {
        this.#words[position] = word;
        this.#previous[position] = position === starts[word] ? NONE : position - 1;
        this.#next[position] = position + 1 === end ? NONE : position + 1;
      }
    }
  }

  /** Positions visited and queue entries moved since construction: the measure by which growth is tested. */
  get operations(): number {
    return this.#visits + this.#queue.moves;
  }

  /** Counts the pairs, some at a time: the caller may pause between the steps. */
  *countPairs(): Generator<void> {
    for (let position = 0; position < this.#symbols.length; position++) {
      if (position % 2 ** 16 === 0) yield;
      if (this.#next[position] !== NONE) this.#add(position);
    }
    for (const pair of this.#pairs) this.#queue.push(pair);
  }

  /** Learns one merge, or returns undefined if no pair occurs often enough. */
  learnMerge(): LearnedMerge | undefined {
    for (let pair = this.#queue.pop(); pair !== undefined; pair = this.#queue.pop()) {
      if (pair.count < this.#minFrequency) return undefined;
      const { left, right } = pair;
      const spelling = this.tokens[left]! + this.tokens[right]!;
      if (this.#forbidden.has(spelling)) continue;
      // Two merges may spell one token: a + bc and ab + c.
      let product = this.#ids.get(spelling);
      if (product === undefined) {
        product = this.tokens.push(spelling) - 1;
        this.#ids.set(spelling, product);
      }
      this.#merge(pair, product);
      // A second spelling of one of its tokens brought back a pair that has its merge already.
      if (pair.learned) continue;
      pair.learned = true;
      return { left, right };
    }
    return undefined;
  }

  #merge(pair: Pair, product: number): void {
    const symbols = this.#symbols;
    const { left, right, positions } = pair;
    // In a run such as aaaa the first two must merge first. Positions are out of order only where two merges spell one
    // token.
    if (left === right) positions.sort((a, b) => a - b);
    const risen = new Set<Pair>();
    for (const position of positions) {
      const merged = this.#next[position]!;
      if (symbols[position] !== left || merged === NONE || symbols[merged] !== right) continue;
      const before = this.#previous[position]!;
      const after = this.#next[merged]!;
      if (before !== NONE) this.#take(before);
      if (after !== NONE) this.#take(merged);
      symbols[position] = product;
      symbols[merged] = NONE;
      this.#next[position] = after;
      if (after !== NONE) this.#previous[after] = position;
      if (before !== NONE) risen.add(this.#add(before));
      if (after !== NONE) risen.add(this.#add(position));
    }
    this.#visits += positions.length;
    pair.count = 0;
    pair.positions = [];
    for (const grown of risen) if (grown.count > 0) this.#queue.push(grown);
  }

  /** Counts the pair at `position`. */
  #add(position: number): Pair {
    const left = this.#symbols[position]!;
    const right = this.#symbols[this.#next[position]!]!;
    let index = this.#pairIndex.get(left, right);
    if (index === ABSENT) {
      index = this.#pairs.push({ left, right, count: 0, positions: [], learned: false }) - 1;
      this.#pairIndex.set(left, right, index);
    }
    const pair = this.#pairs[index]!;
    pair.count += this.#counts[this.#words[position]!]!;
    pair.positions.push(position);
    return pair;
  }

  /** Takes the pair at `position` from its count. */
  #take(position: number): void {
    const left = this.#symbols[position]!;
    const right = this.#symbols[this.#next[position]!]!;
    this.#pairs[this.#pairIndex.get(left, right)]!.count -= this.#counts[this.#words[position]!]!;
  }
}
