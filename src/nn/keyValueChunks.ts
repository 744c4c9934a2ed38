import { concat, gather, keep, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { KeyValueChunk } from '../ops/chunkedAttention.js';
import type { CacheState } from './keyValueCache.js';

/** Tokens of the smallest full chunk. */
const CHUNK_LENGTH = 64;
/** How many full chunks of one length are joined into one of the next. */
const CHUNKS_TO_JOIN = 8;

/**
 * The keys and values that an attention layer has seen, in chunks.
 *
 * A tensor cannot grow, and copying everything for each new token would make a text of T tokens cost T². Here a new
 * token copies the last chunk only (fewer than 64 tokens), and eight full chunks become one eight times as long, so
 * that a token is copied once a level and the chunks stay few.
 */
export class KeyValueChunks implements CacheState {
  #chunks: KeyValueChunk[] = [];

  /** The chunks, oldest first; borrowed. */
  get chunks(): readonly KeyValueChunk[] {
    return this.#chunks;
  }

  /** Tokens held. */
  get length(): number {
    return this.#chunks.reduce((sum, chunk) => sum + lengthOf(chunk), 0);
  }

  /**
   * Adds tokens at the end.
   *
   * @param key [batch, heads, time, headSize], borrowed
   * @param value as `key`
   */
  append(key: Tensor, value: Tensor): void {
    const last = this.#chunks.at(-1);
    if (last !== undefined && lengthOf(last) < CHUNK_LENGTH) {
      this.#chunks.splice(-1, 1, join([last, { key, value }]));
      disposeChunk(last);
    } else {
      this.#chunks.push({ key: keep(key.clone()), value: keep(value.clone()) });
    }
    this.#joinFullChunks();
  }

  /** @inheritDoc */
  reorder(rows: Tensor1D): void {
    this.#chunks = this.#chunks.map((chunk) => {
      const reordered = { key: keep(gather(chunk.key, rows)), value: keep(gather(chunk.value, rows)) };
      disposeChunk(chunk);
      return reordered;
    });
  }

  /** @inheritDoc */
  dispose(): void {
    this.#chunks.forEach(disposeChunk);
    this.#chunks = [];
  }

  #joinFullChunks(): void {
    for (;;) {
      const group = this.#chunks.slice(-CHUNKS_TO_JOIN);
      const level = levelOf(group[0]!);
      if (group.length < CHUNKS_TO_JOIN || level < 0 || group.some((chunk) => levelOf(chunk) !== level)) return;
      this.#chunks.splice(-CHUNKS_TO_JOIN, CHUNKS_TO_JOIN, join(group));
      group.forEach(disposeChunk);
    }
  }
}

/** 0 for 64 to 511 tokens, 1 for 512 to 4095, and so on; below 0 for a chunk that is still growing. */
function levelOf(chunk: KeyValueChunk): number {
  return Math.floor(Math.log2(lengthOf(chunk) / CHUNK_LENGTH) / Math.log2(CHUNKS_TO_JOIN));
}

function lengthOf(chunk: KeyValueChunk): number {
  return chunk.key.shape[2]!;
}

/** One chunk, kept, instead of several. */
function join(chunks: readonly KeyValueChunk[]): KeyValueChunk {
  const time = 2; // the axis
  return {
    key: keep(
      concat(
        chunks.map((chunk) => chunk.key),
        time,
      ),
    ),
    value: keep(
      concat(
        chunks.map((chunk) => chunk.value),
        time,
      ),
    ),
  };
}

function disposeChunk(chunk: KeyValueChunk): void {
  chunk.key.dispose();
  chunk.value.dispose();
}
