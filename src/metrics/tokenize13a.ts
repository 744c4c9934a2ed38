import { tokenizeWords } from './whiteSpace.js';

/**
 * Words and punctuation of English and its like: mteval-v13a's tokenization, which is sacrebleu's default, '13a'. Upper
 * and lower case differ: for scores without case, give `(text) => tokenize13a(text.toLowerCase())`.
 */
export function tokenize13a(text: string): string[] {
  const line = text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return tokenizeWords(partPunctuation(` ${line} `));
}

/** Parts ASCII punctuation by spaces; points and commas inside numbers stay, a hyphen does only after a letter. */
export function partPunctuation(line: string): string {
  return line
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}
