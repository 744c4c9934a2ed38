import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));
const alias = (platform: 'node' | 'browser') => [
  { find: /^sesame-nlp$/, replacement: src('index.ts') },
  { find: 'sesame-nlp/gradients', replacement: src(`gradients/${platform}.ts`) },
  { find: /^sesame-nlp\/(.+)$/, replacement: src('$1/index.ts') },
];
const node = (backend: string) => ({
  resolve: { alias: alias('node') },
  test: {
    name: `node-${backend}`,
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/docs/**', 'tests/**/*.browser.test.ts'],
    setupFiles: ['tests/setup/node.ts'],
    env: { TFJS_BACKEND: backend },
  },
});

export default defineConfig({
  test: { projects: [node('cpu'), node('wasm')] },
});
