// GPT-2's pre-tokenizer is one regular expression:
//
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// It is written out here by hand, since a regular expression engine takes most of the time that encoding takes, and
// since its \s is Unicode's White_Space: U+0085 is white space and U+FEFF is not, the reverse of JavaScript's \s.
// Which characters are letters or numbers is the JavaScript engine's Unicode version's to say.

const LETTER = 1;
const NUMBER = 2;
const SPACE = 3;
const OTHER = 4;

/** The class of every code point that has been met, 0 for the others; 1.1 MB, of which only what is used is touched. */
let classes: Uint8Array | undefined;

/**
 * The end of the word that starts at `start`, in UTF-16 code units. The words tile the text; what is before `start`
 * does not matter, and what is from `end` on is not looked at.
 *
 * @param start less than `end`
 * @see Radford et al. 2019; https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
export function gpt2WordEnd(text: string, start: number, end: number): number {
  classes ??= new Uint8Array(0x110000);
  const first = text.charCodeAt(start);
  if (first === 0x27 /* ' */) {
    const contraction = contractionEnd(text, start, end);
    if (contraction !== start) return contraction;
  }
  let position = start;
  let wordClass = classAt(classes, text, start, end);
  if (wordClass === SPACE) {
    const next = start + 1;
    const nextClass = next < end ? classAt(classes, text, next, end) : SPACE;
    if (nextClass === SPACE) return whiteSpaceEnd(classes, text, start, end);
    // One U+0020 joins the word that follows it; any other white space stands alone.
    if (first !== 0x20) return next;
    position = next;
    wordClass = nextClass;
  }
  do {
    position += unitsAt(text, position, end);
  } while (position < end && classAt(classes, text, position, end) === wordClass);
  return position;
}

/** The end of 's, 't, 're, 've, 'm, 'll or 'd, or `start` if none is there. */
function contractionEnd(text: string, start: number, end: number): number {
  if (start + 1 >= end) return start;
  const first = text[start + 1];
  if (first === 's' || first === 't' || first === 'm' || first === 'd') return start + 2;
  if (start + 2 >= end) return start;
  const second = text[start + 2];
  if (second === 'e' ? first === 'r' || first === 'v' : second === 'l' && first === 'l') return start + 3;
  return start;
}

/** White space runs to the end of the text, or leaves its last character to the word after it. */
function whiteSpaceEnd(classes: Uint8Array, text: string, start: number, end: number): number {
  let position = start + 1;
  while (position < end && classAt(classes, text, position, end) === SPACE) position++;
  return position === end || position === start + 1 ? position : position - 1;
}

/** 2 for a surrogate pair, else 1. */
function unitsAt(text: string, position: number, end: number): number {
  const isHigh = (text.charCodeAt(position) & 0xfc00) === 0xd800;
  return isHigh && position + 1 < end && text.codePointAt(position)! > 0xffff ? 2 : 1;
}

function classAt(classes: Uint8Array, text: string, position: number, end: number): number {
  const codePoint = unitsAt(text, position, end) === 2 ? text.codePointAt(position)! : text.charCodeAt(position);
  const known = classes[codePoint]!;
  return known !== 0 ? known : classify(classes, codePoint);
}

function classify(classes: Uint8Array, codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  let found = OTHER;
  if (/\p{L}/u.test(character)) found = LETTER;
  else if (/\p{N}/u.test(character)) found = NUMBER;
  else if (/\p{White_Space}/u.test(character)) found = SPACE;
  classes[codePoint] = found;
  return found;
}
