import { tokenizeWords, trimEnd } from './whiteSpace.js';

type Rule = readonly [pattern: RegExp, replacement: string];

// The rules of the Penn Treebank as the word tokenizer of NLTK 3.10 has them, in its order: each parts something by spaces. They are
// for lower case, and without what CMRC 2018 takes away before: hyphens, colons, asterisks, backticks, slanted quotes.
const rules: readonly Rule[] = [
  // Quotation marks that open
  [/[«‘„]/gu, ' $& '],
  [/^"/, ' `` '],
  [/([ ([{<])("|'')/g, '$1 `` '],
  [/(?<![\p{L}\p{N}_])'(?!(?:re|ve|ll|m|t|s|d|n)(?![\p{L}\p{N}_]))(?=[\p{L}\p{N}_])/gu, "' "],
  // Punctuation; a point is a full stop only at the end
  [/([^.])\.([\])}>"'» ]*)$/u, '$1 . $2 '],
  [/,(\P{Nd})/gu, ' , $1'],
  [/,$/, ' , '],
  [/\.{2,}/g, ' $& '],
  [/[;@#$%&?!]/g, ' $& '],
  [/([^'])' /g, "$1 ' "],
  [/[()[\]{}<>]/g, ' $& '],
  [/^|$/g, ' '],
  // Quotation marks that close, and verbs that lean on the word before
  [/»/g, ' » '],
  [/''|"/g, " '' "],
  [/([^' ])('[smd]|') /g, '$1 $2 '],
  [/([^' ])('ll|'re|'ve|n't) /g, '$1 $2 '],
  // Two words written as one
  ...['can not', "d 'ye", 'gim me', 'gon na', 'got ta', 'lem me', "more 'n", 'wan na'].map((words): Rule => {
    const [first, second] = words.split(' ');
    return [new RegExp(`(?<![\\p{L}\\p{N}_])${first}${second}(?![\\p{L}\\p{N}_])`, 'gu'), ` ${words} `];
  }),
];

/** The words and punctuation marks of an English sentence in lower case. */
export function tokenizeTreebank(text: string): string[] {
  return tokenizeWords(
    rules.reduce((parted, [pattern, replacement]) => parted.replace(pattern, replacement), trimEnd(text)),
  );
}
