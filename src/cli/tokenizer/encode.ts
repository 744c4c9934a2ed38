import { command } from '../command.js';
import { LINE_TERMS, TEXTS, TOKENIZER_OPTIONS } from './options.js';

/** The options of `sesame-nlp tokenizer encode`. */
export const ENCODE_OPTIONS = {
  ...TOKENIZER_OPTIONS,
  pair: { type: 'text', help: 'a second text that follows each, as a passage follows a question' },
  'max-length': {
    type: 'whole',
    min: 0,
    value: 'N',
    help: 'the most tokens of a line; what is too long loses its end',
  },
  tokens: { type: 'flag', help: 'show tokens in the place of ids; one with a space in it is written as JSON' },
  json: { type: 'flag', help: 'show JSON: ids, tokens, offsets, typeIds, specialTokensMask' },
} as const;

/** `sesame-nlp tokenizer encode` */
export const encode = command({
  summary: 'turn texts into token ids',
  operands: TEXTS,
  options: ENCODE_OPTIONS,
  notes: {
    'The keys of --json': [
      ['offsets', '[start, end) of each token in its text, in UTF-16 code units, as JavaScript counts'],
      ['typeIds', '0 = first text, 1 = --pair'],
      ['specialTokensMask', '1 = special token'],
    ],
  },
  examples: [
    "sesame-nlp tokenizer encode --tokenizer gpt2 'The tide is out.'",
    'sesame-nlp tokenizer encode -t bert-base-chinese --tokens 潮水退了就知道誰',
    'sesame-nlp tokenizer encode -t gpt2 --json < corpus.txt > corpus.jsonl',
  ],
  terms: { ...LINE_TERMS, 'addSpecialTokens: false': '--no-special-tokens' },
  run: async (given, streams) => (await import('./encodeTexts.js')).encodeTexts(given, streams),
});
