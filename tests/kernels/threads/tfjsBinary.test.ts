import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readTfjsBinary, type WasmPaths } from '../../../src/kernels/wasm/tfjsBinary.js';

const NAME = 'tfjs-backend-wasm-simd.wasm';
const path = createRequire(import.meta.url).resolve(`@tensorflow/tfjs-backend-wasm/dist/${NAME}`);
const folder = path.slice(0, -NAME.length);
const expected = readFileSync(path);

test.each<[string, WasmPaths | undefined]>([
  ['the package', undefined],
  ['a folder', folder],
  ['a path', { [NAME]: path }],
  ['a file: URL', { [NAME]: pathToFileURL(path).href }],
  ['a data: URL', { [NAME]: `data:application/wasm;base64,${expected.toString('base64')}` }],
])("tfjs's binary is read from %s", async (_, wasmPaths) => {
  expect(Buffer.compare(await readTfjsBinary(wasmPaths), expected)).toBe(0);
});

test("tfjs's binary is read from a server, whose refusal is told", async () => {
  const server = createServer((request, response) => {
    if (request.url === `/there/${NAME}`) response.end(expected);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(Buffer.compare(await readTfjsBinary(`${root}/there/`), expected)).toBe(0);
    await expect(readTfjsBinary(`${root}/elsewhere/`)).rejects.toThrow(/elsewhere\/.* could not be read: 404/);
  } finally {
    server.close();
  }
});

test('a binary that is not there is told with its place', async () => {
  await expect(readTfjsBinary('/nowhere/')).rejects.toThrow(
    `because /nowhere/${NAME} could not be read: Error: ENOENT`,
  );
});
