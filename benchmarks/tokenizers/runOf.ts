/** Bytes of UTF-8 of a run. */
export const RUN_BYTES = 1_000_000;

/** A megabyte of one character. */
export function runOf(character: string): string {
  return character.repeat(Math.floor(RUN_BYTES / Buffer.byteLength(character)));
}
