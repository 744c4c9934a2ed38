import { command } from '../command.js';
import { LINE_TERMS, TEXTS, TOKENIZER_OPTIONS } from './options.js';

/** The options of `sesame-nlp tokenizer inspect`. */
export const INSPECT_OPTIONS = {
  ...TOKENIZER_OPTIONS,
  json: { type: 'flag', help: 'show JSON, a line for each text' },
} as const;

/** `sesame-nlp tokenizer inspect` */
export const inspect = command({
  summary: 'show the pieces that a tokenizer makes of texts',
  operands: TEXTS,
  options: INSPECT_OPTIONS,
  notes: {
    'What is shown': [
      ['+', 'in the text: one more piece of the character before it'],
      ['special', 'a kind of piece: put in by the tokenizer, or spelt in the text and --parse-special-tokens given'],
      ['unknown', 'stands for what the vocabulary lacks'],
      ['bytes', 'part of a character, with the bytes that are in it'],
      ['inside', 'goes on with the word of the piece before'],
    ],
  },
  examples: [
    'sesame-nlp tokenizer inspect --tokenizer bert-base-chinese 潮水退了就知道誰',
    "sesame-nlp tokenizer inspect -t gpt2 --json 'The tide is out.'",
    'FORCE_COLOR=1 sesame-nlp tokenizer inspect -t gpt2 --file corpus.txt | less -R',
  ],
  terms: LINE_TERMS,
  run: async (given, streams) => (await import('./inspectTexts.js')).inspectTexts(given, streams),
});
