// As much of WebAssembly's binary format as it takes to find a memory: https://webassembly.github.io/spec/core/binary
import { BackendError } from '../../errors/index.js';

const IMPORTS = 2;
const MEMORIES = 5;

/** What can be imported, by its tag. */
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;

/** Flags of a memory's limits. */
const HAS_MAXIMUM = 1;
const IS_SHARED = 2;

/** A section of a binary: what is in it, and where its content lies. */
export interface WasmSection {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** The sections of a binary, in order. */
export function sectionsOf(binary: Uint8Array): WasmSection[] {
  const sections: WasmSection[] = [];
  const reader = new Reader(binary, 8); // after the magic number and the version
  while (reader.at < binary.length) {
    const id = reader.byte();
    const size = reader.number();
    sections.push({ id, start: reader.at, end: reader.at + size });
    reader.at += size;
  }
  return sections;
}

/**
 * A copy of a binary whose memory, imported or its own, is one that threads share. Nothing else about it changes: code
 * that knows no other thread runs in such a memory as it does in any.
 *
 * @throws BackendError if the binary has no memory with a maximum, which a shared one must have
 */
export function declareMemoryShared(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(binary);
  const at = limitsOfMemory(copy);
  if (at === undefined || (copy[at]! & HAS_MAXIMUM) === 0) {
    throw new BackendError('declareMemoryShared: the WebAssembly binary has no memory with a maximum.');
  }
  copy[at]! |= IS_SHARED;
  return copy;
}

/** Where the limits of the binary's memory begin, with their flags. */
function limitsOfMemory(binary: Uint8Array): number | undefined {
  for (const { id, start } of sectionsOf(binary)) {
    const reader = new Reader(binary, start);
    if (id === MEMORIES && reader.number() > 0) return reader.at;
    if (id !== IMPORTS) continue;
    for (let left = reader.number(); left > 0; left--) {
      reader.name();
      reader.name();
      const kind = reader.byte();
      if (kind === MEMORY) return reader.at;
      if (kind === FUNCTION) reader.number();
      if (kind === GLOBAL) reader.at += 2;
      if (kind === TABLE) {
        reader.byte();
        reader.limits();
      }
    }
  }
  return undefined;
}

/** Reads a binary from some place on. */
class Reader {
  at: number;
  readonly #binary: Uint8Array;

  constructor(binary: Uint8Array, at: number) {
    this.#binary = binary;
    this.at = at;
  }

  byte(): number {
    return this.#binary[this.at++]!;
  }

  /** An unsigned number in LEB128: seven bits a byte, the eighth says that more follow. */
  number(): number {
    let number = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      number += (byte & 127) * scale;
      if (byte < 128) return number;
    }
  }

  name(): void {
    const length = this.number();
    this.at += length;
  }

  limits(): void {
    const hasMaximum = this.byte() & HAS_MAXIMUM;
    this.number();
    if (hasMaximum) this.number();
  }
}
