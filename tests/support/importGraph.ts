// Reads the imports of source files with the TypeScript parser, for tests/boundaries.test.ts.
import { posix } from 'node:path';
import ts from 'typescript';

/** One import of a file. */
export interface Import {
  /** As written: './linear.js', '@tensorflow/tfjs-core', 'node:fs'. */
  readonly specifier: string;
  /** The file it leads to, for a relative specifier and for the package's own name. */
  readonly file?: string;
  /** 'type' is erased by the compiler, 'dynamic' is a call of import(). */
  readonly kind: 'static' | 'type' | 'dynamic';
}

/** Every file with its imports. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

/** Reads the graph of `sources`: file contents by path ('src/ops/linear.ts'). */
export function importGraph(sources: ReadonlyMap<string, string>): ImportGraph {
  return new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
}

function importsOf(path: string, text: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Import['kind']) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const file = fileOf(path, specifier.text);
    imports.push({ specifier: specifier.text, kind, ...(file === undefined ? {} : { file }) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type' : 'static');
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'static');
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, 'type');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], 'dynamic');
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2022));
  return imports;
}

function fileOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier.replace(/\.js$/, '.ts'));
  if (specifier === 'sesame-nlp') return 'src/index.ts';
  if (specifier === 'sesame-nlp/gradients') return 'src/gradients/node.ts';
  return specifier.startsWith('sesame-nlp/') ? specifier.replace('sesame-nlp', 'src').concat('/index.ts') : undefined;
}

/** Circles in a graph of names, each as the path that closes it: none are found only where there is none. */
export function cycles(edges: ReadonlyMap<string, Iterable<string>>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) found.push([...path.slice(start), node]);
    if (start >= 0 || done.has(node)) return;
    for (const next of edges.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of edges.keys()) visit(node, []);
  return found;
}
