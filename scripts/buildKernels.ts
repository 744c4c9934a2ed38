// Compiles src/kernels/assembly (AssemblyScript) into modules that hold the binary as text: one for every engine with
// SIMD, one for those with relaxed SIMD too. Run by `npm ci` and `npm publish`; git ignores what it writes.
import { mkdirSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { sectionsOf } from '../src/kernels/wasm/wasmBinary.js';

const FLAGS = [
  '-O3',
  '--converge',
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--initialMemory',
  '0',
  // tfjs's memory has a limit too, which a memory that several threads share must have.
  '--maximumMemory',
  '65536',
  '--enable',
  'simd',
];

await build('kernels', []);
await build('kernelsRelaxed', ['--enable', 'relaxed-simd']);

async function build(name: string, flags: readonly string[]): Promise<void> {
  const args = ['src/kernels/assembly/index.ts', '--outFile', `${name}.wasm`, ...FLAGS, ...flags];
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(args, {
    writeFile: (_path, contents) => {
      if (contents instanceof Uint8Array) binary = contents;
    },
  });
  if (error || binary === undefined) throw new Error(`${name}: ${stderr.toString()}`, { cause: error });
  checkSections(name, binary);
  mkdirSync('src/generated', { recursive: true });
  const base64 = Buffer.from(binary).toString('base64');
  writeFileSync(
    `src/generated/${name}.ts`,
    `// Written by scripts/buildKernels.ts.\nexport const binary =\n  '${base64}';\n`,
  );
  console.log(`${name}: ${binary.length} bytes`);
}

/**
 * The kernels live in memory that is tfjs's: data of their own would overwrite it. (AssemblyScript's Math.log, for one,
 * brings a table.)
 */
function checkSections(name: string, binary: Uint8Array): void {
  const DATA = 11;
  if (sectionsOf(binary).some(({ id }) => id === DATA)) {
    throw new Error(`${name} has a data section, which would overwrite memory that is not its own`);
  }
}
