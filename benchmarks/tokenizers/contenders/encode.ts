// One library encodes one text. The first pass of the process is what counts, so it is timed before anything else: what
// was encoded, and how long it took, is handed out afterwards.
import { readFileSync } from 'node:fs';
import { serve } from '../../harness/serve.js';
import { libraries } from '../libraries.js';
import { runOf } from '../runOf.js';
import type { TokenizerSetup } from '../tokenizers.js';

const WARM_PASSES = 3;

await serve(async ({ library, file, character }: TokenizerSetup) => {
  const text = file === undefined ? runOf(character!) : readFileSync(file, 'utf8');
  const encode = await libraries[library]();
  let ids: ArrayLike<number> = [];
  const pass = () => {
    const start = performance.now();
    ids = encode(text);
    return performance.now() - start;
  };
  const first = pass();
  const warm = file === undefined ? [] : [Math.min(...Array.from({ length: WARM_PASSES }, pass))];
  return { answers: { ids }, tasks: { encode: () => ({ first: [first], warm }) } };
});
