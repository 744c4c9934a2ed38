import { partPunctuation } from './tokenize13a.js';
import { tokenizeWords, trim } from './whiteSpace.js';

// sacrebleu's ranges, in the order of code points. It compares strings, so that what was meant for the characters
// beyond U+FFFF (its '\u20000' is U+2000 and a zero) covers U+2001 to U+2A6D, dashes and quotation marks among them, and
// characters of extension B are not parted. Scores are only comparable if this is kept.
const parted =
  /[\u2001-\u2a6d\u2e80-\u2eff\u2f00-\u2fdf\u2ff0-\u2fff\u3000-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u33ff\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/g;

/** Chinese characters one by one, and words and punctuation of what else there is: sacrebleu's 'zh'. */
export function tokenizeChinese(text: string): string[] {
  return tokenizeWords(partPunctuation(trim(text).replace(parted, ' $& ')));
}
