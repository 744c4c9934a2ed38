/**
 * Finds an answer that a tokenizer took apart, made lower case or stripped of accents in the text that it comes from, and
 * gives it back as it is spelled there: `answerInText("joe ' s cafe", "Joe's Café, downtown")` is `Joe's Café`.
 *
 * White space, case and accents do not count in the search. Of several places the first is taken, and where there is none
 * the whole text, as in BERT's evaluation of SQuAD. An answer with offsets needs none of this: it is
 * `text.slice(start, end)`.
 */
export function answerInText(answer: string, text: string): string {
  const starts: number[] = []; // of the character in the text that each letter of the search comes from
  let letters = '';
  let place = 0;
  for (const character of text) {
    const folded = fold(character);
    letters += folded;
    for (let unit = 0; unit < folded.length; unit++) starts.push(place);
    place += character.length;
  }
  const wanted = Array.from(answer, fold).join('');
  const first = letters.indexOf(wanted);
  if (first < 0 || wanted === '') return text;
  const last = starts[first + wanted.length - 1]!;
  const next = starts.find((start) => start > last) ?? text.length;
  return text.slice(starts[first], next).trimEnd();
}

/** What counts of a character in the search. By way of upper case, so that both small sigmas of Greek are one. */
function fold(character: string): string {
  return character
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{Mn}\p{White_Space}]/gu, '');
}
