import type { JsonSection, WordSplitter } from '../pipeline.js';
import { gpt2WordEnd } from './gpt2Pattern.js';

/** GPT-2's words. That their bytes are what the model sees is the byte-level model's own doing. */
export class Gpt2WordSplitter implements WordSplitter {
  split(text: string, start: number, end: number, visit: (start: number, end: number) => void): void {
    for (let wordStart = start; wordStart < end; ) {
      const wordEnd = gpt2WordEnd(text, wordStart, end);
      visit(wordStart, wordEnd);
      wordStart = wordEnd;
    }
  }

  toJson(): JsonSection {
    return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  }
}
