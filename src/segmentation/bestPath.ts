import { codePointEnd } from './characters.js';
import type { UnigramModel } from './unigramModel.js';
import { WordTrie } from './wordTrie.js';

/**
 * The most probable way through a text in steps of words, found backwards with dynamic programming (Viterbi 1967): from
 * each place the best step is the word whose probability, times that of the best way from its end, is the largest. Of
 * equals the longest word wins.
 *
 * Sums are formed in the order in which jieba (`cut` with `HMM=False`) forms them, so that even sums that differ in
 * their last bit only are told apart as jieba does.
 *
 * A text is read block by block: stretches of characters that may occur in words, so that no word crosses their ends.
 */
export class BestPath {
  /** Steps taken in the trie since construction: the measure by which growth is tested. */
  operations = 0;
  readonly #model: UnigramModel;
  readonly #text: string;
  /** The block that was solved last is text.slice(blockStart, blockEnd). */
  #blockStart = 0;
  #blockEnd = 0;
  /** Log probability of the best way from each place of the block to its end, in nats. */
  #scores = new Float64Array(2 ** 6);
  /** Where the best step from each place of the block ends. */
  #ends = new Int32Array(2 ** 6);

  constructor(model: UnigramModel, text: string) {
    this.#model = model;
    this.#text = text;
  }

  /**
   * Where the best step from `start` ends.
   *
   * @param start the beginning of a code point, and not before one that was asked for already
   */
  endOf(start: number): number {
    if (start >= this.#blockEnd) this.#solveBlock(start);
    return start < this.#blockEnd ? this.#ends[start - this.#blockStart]! : codePointEnd(this.#text, start);
  }

  /** Solves the block that begins at `start`; it is empty where the character there occurs in no word. */
  #solveBlock(start: number): void {
    this.#blockStart = start;
    this.#blockEnd = this.#endOfBlock(start);
    const length = this.#blockEnd - start;
    if (length >= this.#scores.length) {
      const room = 2 ** Math.ceil(Math.log2(length + 1));
      this.#scores = new Float64Array(room);
      this.#ends = new Int32Array(room);
    }
    this.#scores[length] = 0;
    for (let at = length - 1; at >= 0; at--) this.#chooseStep(at);
  }

  #endOfBlock(start: number): number {
    const { alphabet } = this.#model;
    const text = this.#text;
    let end = start;
    while (end < text.length && alphabet[text.charCodeAt(end)] === 1) end = codePointEnd(text, end);
    return end;
  }

  /** Finds the best step from one place of the block, given those from all places after it. */
  #chooseStep(at: number): void {
    const { trie, logProbabilities, unknownLogProbability } = this.#model;
    const text = this.#text;
    const scores = this.#scores;
    const blockStart = this.#blockStart;
    const blockEnd = this.#blockEnd;
    let best = Number.NEGATIVE_INFINITY;
    let bestEnd = 0;
    let node = WordTrie.ROOT;
    for (let end = blockStart + at; end < blockEnd; ) {
      this.operations++;
      node = trie.child(node, text.charCodeAt(end++));
      if (node < 0) break;
      const logProbability = logProbabilities[node]!;
      if (logProbability === Number.NEGATIVE_INFINITY) continue;
      const score = logProbability + scores[end - blockStart]!;
      if (score < best) continue;
      best = score;
      bestEnd = end;
    }
    if (bestEnd === 0) {
      // No word begins here, so that the character is one for itself.
      bestEnd = codePointEnd(text, blockStart + at);
      best = unknownLogProbability + scores[bestEnd - blockStart]!;
    }
    scores[at] = best;
    this.#ends[at] = bestEnd;
  }
}
