import { TokenizerError } from '../errors/index.js';

/** @throws TokenizerError if the text is not base64 */
export function bytesFromBase64(text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new TokenizerError('A character map is not base64.\nIs the file whole?', { cause });
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Bytes as base64. */
export function bytesToBase64(bytes: Uint8Array): string {
  let binary = '';
  const step = 0x2000; // few enough to be arguments of one call
  for (let at = 0; at < bytes.length; at += step) binary += String.fromCharCode(...bytes.subarray(at, at + step));
  return btoa(binary);
}
