import { tokenizeWords } from './whiteSpace.js';

/**
 * Words, punctuation and symbols of any script that has spaces; points and commas inside numbers stay. For `bleu`, it is
 * sacrebleu's 'intl', mteval-v14's international tokenization.
 */
export function tokenizeInternational(text: string): string[] {
  return tokenizeWords(
    text
      .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
      .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
      .replace(/\p{S}/gu, ' $& '),
  );
}
