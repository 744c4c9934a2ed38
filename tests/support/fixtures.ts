// Fixtures for tests that run in Node and in browsers alike: read from the disk there, from Vite's server here.

// A constant of its own: Vite rewrites the expression `new URL(..., import.meta.url)`.
const here = import.meta.url;

/** The bytes of tests/fixtures/`path`. */
export async function readFixture(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(`../fixtures/${path}`, here);
  if (url.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises');
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`tests/fixtures/${path}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The parsed content of tests/fixtures/`path`; the caller says what it holds. */
export async function readJsonFixture<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await readFixture(path))) as T;
}
