import { command } from '../command.js';
import { TRAINERS } from './trainers.js';

/** The options of `sesame-nlp tokenizer train`. */
export const TRAIN_OPTIONS = {
  out: { type: 'text', short: 'o', value: 'DIR', required: true, help: 'the folder to write tokenizer.json in' },
  type: {
    type: 'text',
    value: 'TYPE',
    choices: Object.keys(TRAINERS) as (keyof typeof TRAINERS)[],
    default: 'bpe',
    help: 'what kind of tokenizer, of those below',
  },
  'vocab-size': { type: 'whole', min: 1, default: 8000, help: 'the most pieces to have, special tokens included' },
  'min-frequency': {
    type: 'whole',
    min: 1,
    help: 'how often a piece must occur (default 2 for pieces, 1 for characters)',
  },
  'special-tokens': { type: 'list', help: 'special tokens, in the place of those that the type has by default' },
  'unknown-token': { type: 'text', value: 'TOKEN', help: 'what stands for text that the vocabulary lacks' },
  force: { type: 'flag', help: 'replace a tokenizer.json that is there' },
} as const;

/** `sesame-nlp tokenizer train` */
export const train = command({
  summary: 'learn a tokenizer from text',
  operands: {
    name: 'FILE',
    required: true,
    help: 'UTF-8 texts of any size, or folders of .txt files; - is the standard input',
  },
  options: TRAIN_OPTIONS,
  notes: { Types: Object.entries(TRAINERS).map(([name, { summary }]) => [name, summary]) },
  examples: [
    'sesame-nlp tokenizer train corpus.txt --type bpe --vocab-size 8000 --out my-tokenizer',
    "sesame-nlp tokenizer train poems/ --type characters --special-tokens '[PAD],[CLS]' -o poems-tokenizer",
    'zcat *.gz | sesame-nlp tokenizer train - --out my-tokenizer --force',
  ],
  run: async (given, streams) => (await import('./trainTokenizer.js')).trainTokenizer(given, streams),
});
