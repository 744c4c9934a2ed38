import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { expect, test } from 'vitest';
import { cycles, type ImportGraph, importGraph } from './support/importGraph.js';

/** The floor of each room (a folder of src): imports lead to the same floor or to a lower one. */
const floors: Readonly<Record<string, number>> = {
  errors: 0,
  eventLoop: 0,
  tokenizers: 0,
  segmentation: 0,
  data: 0,
  metrics: 0,
  ops: 0,
  gradients: 0,
  generated: 0,
  nn: 1,
  backends: 1,
  kernels: 1,
  layers: 2,
  embeddings: 3,
  models: 3,
  heads: 3,
  objectives: 4,
  generation: 4,
  training: 4,
  checkpoints: 4,
  pretrained: 5,
  tasks: 5,
  analysis: 5,
  cli: 6,
  root: 7,
};
const withoutTensors = ['errors', 'eventLoop', 'tokenizers', 'segmentation', 'data', 'metrics'];
const knowOnlyModules = ['generation', 'training', 'checkpoints'];
const concreteModels = ['models', 'heads', 'embeddings'];

const roomOf = (file: string) => /^src\/([^/]+)\//.exec(file)?.[1] ?? 'root';
const touchesFiles = (file: string) => /^src\/(cli|[^/]+\/node)\//.test(file);

/** What the imports of `graph` break, a sentence each. */
function violations(graph: ImportGraph): string[] {
  const broken: string[] = [];
  const neighbours = new Map<string, string[]>();
  const rooms = new Map<string, Set<string>>();
  for (const [file, imports] of graph) {
    const room = roomOf(file);
    const floor = floors[room];
    if (floor === undefined) broken.push(`${file}: the room ${room} has no floor`);
    for (const { specifier, file: target, kind } of imports) {
      const says = (rule: string) => broken.push(`${file} imports ${specifier}: ${rule}`);
      if (/^@tensorflow\//.test(specifier)) {
        if (withoutTensors.includes(room)) says(`${room} does without TensorFlow.js`);
        else if (kind === 'static' && room !== 'gradients' && !/^@tensorflow\/tfjs-core($|\/)/.test(specifier))
          says('only @tensorflow/tfjs-core is imported statically');
      }
      if (isBuiltin(specifier) && !touchesFiles(file)) says('Node modules stay in */node');
      if (target === undefined) continue;
      const targetRoom = roomOf(target);
      const targetFloor = floors[targetRoom];
      if (!graph.has(target)) says('no such file');
      if (floor !== undefined && targetFloor !== undefined && targetFloor > floor) {
        says(`floor ${floor} does not reach up to floor ${targetFloor}`);
      }
      if (touchesFiles(target) && !touchesFiles(file)) says('a browser bundle would meet Node modules');
      if (knowOnlyModules.includes(room) && concreteModels.includes(targetRoom)) says(`${room} knows only Module`);
      if (kind === 'static') neighbours.set(file, [...(neighbours.get(file) ?? []), target]);
      if (kind === 'static' && targetRoom !== room) rooms.set(room, (rooms.get(room) ?? new Set()).add(targetRoom));
    }
  }
  for (const cycle of [...cycles(neighbours), ...cycles(rooms)]) broken.push(`a circle: ${cycle.join(' -> ')}`);
  for (const file of reachable('src/index.ts', neighbours)) {
    if (/^src\/(kernels|cli|[^/]+\/node)\//.test(file)) broken.push(`src/index.ts reaches ${file}`);
  }
  return broken;
}

function reachable(start: string, edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set([start]);
  for (const file of seen) for (const next of edges.get(file) ?? []) seen.add(next);
  return seen;
}

/** The violations of a planted source tree. */
const planted = (sources: Record<string, string>) => violations(importGraph(new Map(Object.entries(sources))));

test('imports run downward, and every other boundary between the rooms of src holds', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.startsWith('src/kernels/assembly/'));
  expect(files.length).toBeGreaterThan(0);
  expect(violations(importGraph(new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))))).toEqual([]);
});

test.for<[title: string, sources: Record<string, string>, complaint: RegExp]>([
  [
    'an upward import',
    { 'src/ops/a.ts': `import { B } from '../layers/b.js';`, 'src/layers/b.ts': '' },
    /^src\/ops\/a.ts imports ..\/layers\/b.js: floor 0 does not reach up to floor 2$/,
  ],
  [
    'an upward import of a type',
    { 'src/nn/a.ts': `import type { B } from '../models/b.js';`, 'src/models/b.ts': '' },
    /floor 1 does not reach up to floor 3/,
  ],
  [
    'an upward import inside a type',
    { 'src/nn/a.ts': `export type A = import('../models/b.js').B;`, 'src/models/b.ts': '' },
    /floor 1 does not reach up to floor 3/,
  ],
  [
    "an upward import by the package's own name",
    { 'src/nn/a.ts': `export * from 'sesame-nlp/models';`, 'src/models/index.ts': '' },
    /floor 1 does not reach up to floor 3/,
  ],
  ['a room without a floor', { 'src/attic/a.ts': '' }, /room attic has no floor/],
  ['an import of nothing', { 'src/ops/a.ts': `import './b.js';` }, /no such file/],
  [
    'tensors in a tokenizer',
    { 'src/tokenizers/a.ts': `import type { Tensor } from '@tensorflow/tfjs-core';` },
    /tokenizers does without TensorFlow.js/,
  ],
  [
    'a backend that every bundle would carry',
    { 'src/backends/a.ts': `import '@tensorflow/tfjs-backend-wasm';` },
    /only @tensorflow\/tfjs-core is imported statically/,
  ],
  [
    'the union package',
    { 'src/ops/a.ts': `import { add } from '@tensorflow/tfjs';` },
    /only @tensorflow\/tfjs-core is imported statically/,
  ],
  [
    'a Node module outside a node folder',
    { 'src/training/a.ts': `const fs = await import('node:fs');` },
    /Node modules stay in \*\/node/,
  ],
  [
    'a node folder behind a browser entry',
    { 'src/training/a.ts': `export * from './node/b.js';`, 'src/training/node/b.ts': '' },
    /a browser bundle would meet Node modules/,
  ],
  [
    'kernels behind the root entry',
    {
      'src/index.ts': `export * from './backends/index.js';`,
      'src/backends/index.ts': `import '../kernels/wasm/index.js';`,
      'src/kernels/wasm/index.ts': '',
    },
    /src\/index.ts reaches src\/kernels\/wasm\/index.ts/,
  ],
  [
    'training that knows a model',
    { 'src/training/a.ts': `import { createGpt } from '../models/b.js';`, 'src/models/b.ts': '' },
    /training knows only Module/,
  ],
  [
    'a circle of files',
    {
      'src/nn/a.ts': `import './b.js';`,
      'src/nn/b.ts': `export { c } from './c.js';`,
      'src/nn/c.ts': `import './a.js';`,
    },
    /a circle: src\/nn\/a.ts -> src\/nn\/b.ts -> src\/nn\/c.ts -> src\/nn\/a.ts/,
  ],
  [
    'a circle of rooms',
    {
      'src/models/a.ts': `import '../heads/b.js';`,
      'src/models/c.ts': '',
      'src/heads/b.ts': '',
      'src/heads/d.ts': `import '../models/c.js';`,
    },
    /a circle: models -> heads -> models/,
  ],
])('the check finds %s', ([, sources, complaint]) => {
  expect(planted(sources).filter((sentence) => complaint.test(sentence))).toHaveLength(1);
});

test.for<[title: string, sources: Record<string, string>]>([
  ['a downward import', { 'src/layers/a.ts': `import { b } from '../ops/b.js';`, 'src/ops/b.ts': '' }],
  [
    'a circle of types, which the compiler erases',
    { 'src/nn/a.ts': `import type { B } from './b.js';`, 'src/nn/b.ts': `import { a } from './a.js';` },
  ],
  ['a backend loaded on demand', { 'src/backends/a.ts': `await import('@tensorflow/tfjs-backend-wasm');` }],
  ['Node modules in a node folder', { 'src/training/node/a.ts': `import { open } from 'node:fs/promises';` }],
  ['an import in a comment or a string', { 'src/ops/a.ts': `// import '../models/b.js'\nconst s = "import('x')";` }],
])('the check lets %s pass', ([, sources]) => {
  expect(planted(sources)).toEqual([]);
});
