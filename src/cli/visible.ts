// Text and tokens come from anywhere: as they are, they could move the cursor, hide, or turn around what follows.
import { visitGraphemes } from '../tokenizers/graphemes.js';

/** A text on one line, in which all can be seen: `\n`, `\u200d`, marks that combine with nothing on a circle. */
export function visible(text: string): string {
  return graphemes(text).map(visibleGrapheme).join('');
}

/** The characters as they are seen: with their accents, and pictures that are made of several. */
export function graphemes(text: string): string[] {
  const found: string[] = [];
  visitGraphemes(text, (start, end) => found.push(text.slice(start, end)));
  return found;
}

/** Pictures, in which joiners are what holds them together. */
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

function visibleGrapheme(grapheme: string): string {
  if (PICTURE.test(grapheme)) return grapheme;
  const seen = grapheme.replace(UNSEEN, spell);
  return /^\p{M}/u.test(seen) ? `◌${seen}` : seen;
}

function spell(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
