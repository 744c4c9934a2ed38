import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests import the library by its public names; these lead to the sources. */
const alias = (platform: 'node' | 'browser') => [
  { find: /^sesame-nlp$/, replacement: src('index.ts') },
  { find: 'sesame-nlp/gradients', replacement: src(`gradients/${platform}.ts`) },
  { find: /^sesame-nlp\/checkpoints$/, replacement: src('pretrained/index.ts') },
  { find: /^sesame-nlp\/(.+)$/, replacement: src('$1/index.ts') },
];

const node = (backend: string, { kernels = false } = {}) => ({
  resolve: { alias: alias('node') },
  test: {
    name: `node-${backend}${kernels ? '-kernels' : ''}`,
    include: ['tests/**/*.test.ts'],
    exclude: [
      'tests/{docs,examples,cli}/**',
      'tests/**/*.browser.test.ts',
      'tests/kernels/threads/**',
      // What meets no tensor, and so is the same on every backend.
      ...(backend === 'cpu'
        ? []
        : ['tests/{tokenizers,segmentation,data,metrics,errors,benchmarks}/**', 'tests/*.test.ts']),
      // What computes nothing, or registers the kernels itself.
      ...(kernels ? ['tests/{checkpoints,kernels}/**'] : []),
    ],
    setupFiles: ['tests/setup/node.ts'],
    env: { TFJS_BACKEND: backend, ...(kernels && { SESAME_KERNELS: '1' }) },
    testTimeout: 30_000,
  },
});

/** What runs on the kernels, with two threads that share out every job, and what threads are held to themselves. */
const threads = {
  resolve: { alias: alias('node') },
  test: {
    name: 'node-wasm-threads',
    include: ['tests/{contracts,kernels}/**/*.test.ts', 'tests/models/*Parity.test.ts', 'tests/training/fit.test.ts'],
    exclude: ['tests/**/*.browser.test.ts', 'tests/kernels/chooseTokens.test.ts'],
    setupFiles: ['tests/setup/threads.ts'],
    env: { TFJS_BACKEND: 'wasm', SESAME_KERNELS: '1' },
    testTimeout: 30_000,
  },
};

/** Snippets, examples and the command: they run in processes of their own, so they choose their backends themselves. */
const docs = {
  test: {
    name: 'docs',
    include: ['tests/{docs,examples,cli}/**/*.test.ts'],
    globalSetup: ['tests/setup/command.ts'],
    testTimeout: 30_000,
  },
};

const browser = (backend: string, { kernels = false } = {}) => ({
  browser: 'chromium' as const,
  name: `browser-${backend}${kernels ? '-kernels' : ''}`,
  provide: { backend, kernels },
});

const browsers = {
  resolve: { alias: alias('browser') },
  // Vite finds what tests import, but what only a worker imports it would find late, and reload the page.
  optimizeDeps: { include: ['pure-rand/distribution/uniformInt'] },
  test: {
    name: 'browser',
    include: [
      'tests/contracts/**/*.test.ts',
      'tests/**/*Parity.test.ts',
      'tests/**/*.browser.test.ts',
      'tests/kernels/wasmKernels.test.ts',
    ],
    setupFiles: ['tests/setup/browser.ts'],
    // SwiftShader draws on the processor: a GPU backend takes seconds where a processor backend takes milliseconds.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      api: { host: '127.0.0.1' },
      provider: playwright({
        launchOptions: {
          executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
          args: [
            '--no-sandbox',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--use-angle=swiftshader',
            '--enable-unsafe-swiftshader',
            '--enable-unsafe-webgpu',
            '--use-webgpu-adapter=swiftshader',
            '--enable-features=Vulkan',
            // SwiftShader takes seconds to compile the zeroing of a workgroup's memory. Without it shaders must not rely on it.
            '--enable-dawn-features=disable_workgroup_init',
          ],
        },
      }),
      // wasm as selectBackend gives it; without kernels it runs in Node.
      instances: [browser('cpu'), browser('wasm', { kernels: true }), browser('webgl'), browser('webgpu')],
    },
  },
};

/** A page that is cross-origin isolated, so that it has memory that threads share. */
const isolated = {
  ...browsers,
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  test: {
    ...browsers.test,
    name: 'isolated',
    include: ['tests/kernels/threads/*.browser.test.ts'],
    browser: { ...browsers.test.browser, instances: [{ ...browser('wasm'), name: 'browser-isolated' }] },
  },
};

export default defineConfig({
  test: {
    // vitest leaves one core to itself, which of two is one too many: it waits for tests most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [node('cpu'), node('wasm'), node('wasm', { kernels: true }), threads, docs, browsers, isolated],
    // tfjs recommends its native backend once in every test file.
    onConsoleLog: (log) => !log.includes('you are running TensorFlow.js in Node.js'),
  },
});
