/** Whether a code point is in a class of characters. */
export type CharacterClass = (codePoint: number) => boolean;

const UNKNOWN = 0;
const INSIDE = 1;
const OUTSIDE = 2;

/** The class of the characters that an expression matches. */
export function characterClass(pattern: RegExp): CharacterClass {
  return remembered((character) => pattern.test(character));
}

/** A class that remembers what was said of a character: looking into a table takes a fraction of the time of finding out. */
export function remembered(isInside: (character: string) => boolean): CharacterClass {
  let known: Uint8Array | undefined;
  return (codePoint) => {
    known ??= new Uint8Array(0x110000); // of which only what is used takes memory
    const answer = known[codePoint]!;
    if (answer !== UNKNOWN) return answer === INSIDE;
    const inside = isInside(String.fromCodePoint(codePoint));
    known[codePoint] = inside ? INSIDE : OUTSIDE;
    return inside;
  };
}

/** Unicode's white space, which is not JavaScript's: U+0085 is in it, U+FEFF is not. */
export const isWhiteSpace: CharacterClass = /* @__PURE__ */ characterClass(/\p{White_Space}/u);

/** What BERT splits off: Unicode's punctuation, and every symbol of ASCII. */
export const isPunctuation: CharacterClass = /* @__PURE__ */ characterClass(/[\p{P}!-/:-@[-`{-~]/u);

/** Letters, marks, digits and what joins them: `\w` as Rust and Oniguruma know it. */
export const isWordCharacter: CharacterClass = /* @__PURE__ */ characterClass(
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u,
);

/** The ideographs that BERT makes words of their own. Kana and hangul are not among them. */
export function isHan(codePoint: number): boolean {
  return (
    (codePoint >= 0x4e00 && codePoint <= 0x9fff) ||
    (codePoint >= 0x3400 && codePoint <= 0x4dbf) ||
    (codePoint >= 0x20000 && codePoint <= 0x2a6df) ||
    (codePoint >= 0x2a700 && codePoint <= 0x2ceaf) ||
    (codePoint >= 0xf900 && codePoint <= 0xfaff) ||
    (codePoint >= 0x2f800 && codePoint <= 0x2fa1f)
  );
}
