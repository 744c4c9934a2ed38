import type { EventLoop } from '../eventLoop/eventLoop.js';

/** Bytes between two chances for other work: a few milliseconds. */
const PIECE = 2 ** 21;

/**
 * CRC-32 (ISO 3309, as in zip and PNG): notices damage, not forgery.
 *
 * @returns an unsigned 32-bit integer
 */
export async function checksum(bytes: Uint8Array, eventLoop: EventLoop): Promise<number> {
  let remainder = 0xffffffff;
  for (let start = 0; start < bytes.length; start += PIECE) {
    remainder = update(remainder, bytes.subarray(start, start + PIECE));
    await eventLoop.turn();
  }
  return ~remainder >>> 0;
}

function update(remainder: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) remainder = TABLE[(remainder ^ bytes[i]!) & 0xff]! ^ (remainder >>> 8);
  return remainder;
}

/** The remainder of each byte. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});
