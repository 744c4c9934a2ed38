// Which code points belong together where no dictionary says so.

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const ZERO_WIDTH_JOINER = 0x200d;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** What words in scripts with spaces are made of. */
const IN_RUN = /^[\p{L}\p{M}\p{Nd}\u200c\u200d]$/u;
const WITHOUT_SPACES =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
/** What is drawn on or around the character before it. */
const EXTENDS = /[\p{M}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]/u;
const PICTOGRAPH = /\p{Extended_Pictographic}/u;

/** The common ideographs, which no expression needs to be asked about. */
const isHan = (unit: number) => unit >= 0x4e00 && unit <= 0x9fff;

/** Where the code point at `start` ends. A lone surrogate counts as one. */
export function codePointEnd(text: string, start: number): number {
  return start + (text.codePointAt(start)! > 0xffff ? 2 : 1);
}

/**
 * Moves `end`, where a segment that begins at `start` could end, behind what belongs to its last character: combining
 * marks, variation selectors, skin tones, what is joined to an emoji, a flag's second letter, the second half of a line
 * end of Windows. (Nearly Unicode's extended grapheme clusters.)
 */
export function withExtensions(text: string, start: number, end: number): number {
  let extended = isFirstOfPair(text, start, end) ? codePointEnd(text, end) : end;
  while (extended < text.length) {
    const unit = text.charCodeAt(extended);
    if (unit < 0x300 || isHan(unit) || text.charCodeAt(extended - 1) < 0x20) break;
    const next = codePointEnd(text, extended);
    const character = text.slice(extended, next);
    const isJoined = text.charCodeAt(extended - 1) === ZERO_WIDTH_JOINER && PICTOGRAPH.test(character);
    if (!EXTENDS.test(character) && !(isJoined && PICTOGRAPH.test(text.slice(start, codePointEnd(text, start))))) break;
    extended = next;
  }
  return extended;
}

/** Whether text.slice(start, end) and the code point after it are one character: a line end, or the letters of a flag. */
function isFirstOfPair(text: string, start: number, end: number): boolean {
  if (end !== codePointEnd(text, start)) return false;
  if (text.charCodeAt(start) === CARRIAGE_RETURN) return text.charCodeAt(end) === LINE_FEED;
  return isFlagLetter(text, start) && isFlagLetter(text, end);
}

function isFlagLetter(text: string, at: number): boolean {
  const codePoint = text.codePointAt(at) ?? 0;
  return codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff;
}

/**
 * Whether text.slice(start, end) is one code point that stays with its like where no word of the dictionary takes it: a
 * letter of a script that puts spaces between words, or a digit. So `iPhone6` is one word.
 */
export function isRunCharacter(text: string, start: number, end: number): boolean {
  const unit = text.charCodeAt(start);
  if (unit < 0x80) {
    const lower = unit | 0x20;
    return end === start + 1 && ((lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39));
  }
  if (isHan(unit) || end !== codePointEnd(text, start)) return false;
  const character = text.slice(start, end);
  return IN_RUN.test(character) && !WITHOUT_SPACES.test(character);
}

/** Whether text.slice(start, end) is a word: whether it has a letter or a digit. */
export function isWord(text: string, start: number, end: number): boolean {
  return isHan(text.charCodeAt(start)) || LETTER_OR_DIGIT.test(text.slice(start, end));
}
