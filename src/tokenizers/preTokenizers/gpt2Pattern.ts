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

const CONTRACTION = /'(?:[stmd]|[rv]e|ll)/y;

/** The class of every code point that has been met, 0 for the others; 1.1 MB, of which only what is used is touched. */
let classes: Uint8Array | undefined;

/**
 * The end of the word that starts at `start`, in UTF-16 code units. The words tile the text; what is before `start`
 * does not matter, and what is from `end` on is not looked at.
 *
 * @param start less than `end`; neither is in the middle of a surrogate pair
 * @see Radford et al. 2019; https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
export function gpt2WordEnd(text: string, start: number, end: number): number {
  classes ??= new Uint8Array(0x110000);
  let codePoint = text.codePointAt(start)!;
  if (codePoint === 0x27 /* ' */) {
    CONTRACTION.lastIndex = start;
    if (CONTRACTION.test(text) && CONTRACTION.lastIndex <= end) return CONTRACTION.lastIndex;
  }
  let position = start;
  let wordClass = classOf(classes, codePoint);
  if (wordClass === SPACE && start + 1 < end) {
    const next = text.codePointAt(start + 1)!;
    const nextClass = classOf(classes, next);
    if (nextClass !== SPACE) {
      // One U+0020 joins the word that follows it; any other white space stands alone.
      if (codePoint !== 0x20) return start + 1;
      position++;
      codePoint = next;
      wordClass = nextClass;
    }
  }
  do {
    position += codePoint > 0xffff ? 2 : 1;
    if (position >= end) return end;
    codePoint = text.codePointAt(position)!;
  } while (classOf(classes, codePoint) === wordClass);
  return wordClass === SPACE ? position - 1 : position; // white space leaves its last character to the word after it
}

function classOf(classes: Uint8Array, codePoint: number): number {
  return classes[codePoint]! || classify(classes, codePoint);
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
