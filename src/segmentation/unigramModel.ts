import { WordTrie } from './wordTrie.js';

/** How probable words are, each by itself: its share of all that was counted. */
export class UnigramModel {
  readonly trie: WordTrie;
  /** Of the word that ends at each node of the trie, in nats; -Infinity = no word ends here. */
  readonly logProbabilities: Float64Array;
  /** Of a character that no word begins with, in nats: as if it had occurred once. */
  readonly unknownLogProbability: number;
  /** Whether each UTF-16 code unit occurs in a word: [65536] of 0 and 1. */
  readonly alphabet: Uint8Array;

  /** @param frequencies how often each word occurs; at least one word, each at least once */
  constructor(frequencies: ReadonlyMap<string, number>) {
    this.trie = new WordTrie(frequencies);
    this.alphabet = this.trie.alphabet();
    let total = 0;
    for (const frequency of frequencies.values()) total += frequency;
    const logTotal = Math.log(total);
    this.logProbabilities = this.trie.frequencies.map((frequency) => Math.log(frequency) - logTotal);
    this.unknownLogProbability = -logTotal;
  }
}
