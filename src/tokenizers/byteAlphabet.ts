// Byte-level vocabularies are spelt in an alphabet of 256 visible characters, one a byte: printable Latin-1 bytes stand
// for themselves, the other 68 are moved to U+0100 and after. A space is Ġ (U+0120), a line feed Ċ (U+010A).

/**
 * The character of each byte, in order of byte.
 *
 * @see `bytes_to_unicode` in https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
export function bytesToUnicode(): string[] {
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : 0x100 + moved++));
}

/** The byte of each character of the alphabet. */
export function unicodeToBytes(): Map<string, number> {
  return new Map(bytesToUnicode().map((character, byte) => [character, byte]));
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
}
