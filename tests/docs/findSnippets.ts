/** A TypeScript block of the documentation. */
export interface Snippet {
  /** The line of its opening fence, from 1. */
  readonly line: number;
  readonly code: string;
  /** False where the fence says `ts no-run`: it is type-checked only (a page's code, a long training). */
  readonly runs: boolean;
}

/** The blocks fenced as ts in `text`: Markdown, or TypeScript whose doc comments hold Markdown. */
export function findSnippets(text: string): Snippet[] {
  const snippets: Snippet[] = [];
  let open: { line: number; runs: boolean; margin: string; code: string[] } | undefined;
  for (const [index, row] of text.split('\n').entries()) {
    const fence = /^(\s*(?:\* ?)?\s*)```(\S*)(.*)$/.exec(row);
    if (open && fence) {
      snippets.push({ line: open.line, code: `${open.code.join('\n')}\n`, runs: open.runs });
      open = undefined;
    } else if (open) {
      // A blank line of a doc comment ends before the margin does.
      open.code.push(row.startsWith(open.margin) ? row.slice(open.margin.length) : row.replace(/^\s*\*?\s*/, ''));
    } else if (fence?.[2] === 'ts') {
      open = { line: index + 1, runs: fence[3]?.trim() !== 'no-run', margin: fence[1] ?? '', code: [] };
    }
  }
  return snippets;
}
