import type { Operands, OptionValues } from '../options/optionTable.js';

/** What commands take that use a tokenizer on texts. */
export const TOKENIZER_OPTIONS = {
  tokenizer: {
    type: 'text',
    short: 't',
    value: 'PATH',
    required: true,
    help: 'a folder with a tokenizer, or its file: tokenizer.json, vocab.txt, vocab.json, spiece.model',
  },
  file: {
    type: 'text',
    short: 'f',
    value: 'FILE',
    help: 'a file, or a folder of .txt files, each line of which is a text',
  },
  'no-special-tokens': { type: 'flag', help: 'do not add the special tokens of the tokenizer, such as [CLS]' },
  'parse-special-tokens': { type: 'flag', help: 'special tokens that a text spells are such, not text' },
} as const;

/** What these options say to a tokenizer. */
export function encodeOptionsOf(options: OptionValues<typeof TOKENIZER_OPTIONS>) {
  return {
    addSpecialTokens: !options['no-special-tokens'],
    parseSpecialTokens: options['parse-special-tokens'],
  };
}

/** The texts themselves. */
export const TEXTS: Operands = {
  name: 'TEXT',
  help: 'the texts; without any, each line of --file or of the standard input is one',
};

/** What the readers of lines say, in the words of a command line. */
export const LINE_TERMS = { 'raise maxRecordLength to what your memory holds': 'break its lines' };
