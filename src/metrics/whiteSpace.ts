// White space as the reference implementations know it, which is Python's: Unicode's and four separators, but not U+FEFF.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these four part words in Python
const whiteSpace = /[\p{White_Space}\x1c-\x1f]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const runsOfWhiteSpace = /[\p{White_Space}\x1c-\x1f]+/u;

/** What stands between white space: words in English, whole phrases in Chinese. */
export function tokenizeWords(text: string): string[] {
  return text.split(runsOfWhiteSpace).filter((word) => word !== '');
}

/** Every character (Unicode code point) that is not white space: a measure for Chinese that needs no word list. */
export function tokenizeCharacters(text: string): string[] {
  return [...text].filter((character) => !whiteSpace.test(character));
}

/** The text without white space at its end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && whiteSpace.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** The text without white space at either end. */
export function trim(text: string): string {
  let start = 0;
  while (start < text.length && whiteSpace.test(text[start]!)) start++;
  return trimEnd(text.slice(start));
}
