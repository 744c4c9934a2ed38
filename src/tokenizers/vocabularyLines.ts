/**
 * The tokens of a vocab.txt, one a line: the number of the line, from 0, is the id. A token that is there twice has its
 * last id, as BERT's own reader has it.
 */
export function vocabularyLines(text: string): Map<string, number> {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop(); // what follows the last line's end
  const ids = new Map<string, number>();
  for (const [id, line] of lines.entries()) ids.set(line.endsWith('\r') ? line.slice(0, -1) : line, id);
  return ids;
}
