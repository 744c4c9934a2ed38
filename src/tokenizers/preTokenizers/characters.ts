import type { JsonSection, WordSplitter } from '../pipeline.js';

/** The pattern that stands for this in tokenizer.json: any one character, line ends too, in every regex dialect. */
export const ANY_CHARACTER = '[\\s\\S]';

/** Makes every character, which is a Unicode code point, a word. */
export class CharacterSplitter implements WordSplitter {
  split(text: string, start: number, end: number, visit: (start: number, end: number) => void): void {
    for (let position = start; position < end; ) {
      const next = position + (text.codePointAt(position)! > 0xffff ? 2 : 1);
      visit(position, next);
      position = next;
    }
  }

  toJson(): JsonSection {
    return { type: 'Split', pattern: { Regex: ANY_CHARACTER }, behavior: 'Isolated', invert: false };
  }
}
