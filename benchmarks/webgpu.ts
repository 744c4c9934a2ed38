// The shaders of sesame-nlp/kernels/webgpu beside the compositions of TensorFlow.js ops that they replace, on this
// machine's graphics card, in Chromium: each op and a whole GPT, both computing the same before anything is timed.
//
//   npm run bench -- webgpu             shapes of GPT-2 small
//   npm run bench -- webgpu --quick     smaller shapes, fewer rounds
//   npm run bench -- webgpu --software  without a graphics card: SwiftShader, to see that it works; its times say nothing
//
// CHROMIUM names the browser; else it is /usr/bin/chromium where there is one, else the Chrome that is installed.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { BackendError } from 'sesame-nlp/errors';
import { createServer } from 'vite';
import { readOptions } from '../examples/support/readOptions.js';
import { run } from '../examples/support/run.js';
import type { Row } from './webgpu/page.js';

const OPTIONS = {
  quick: { type: 'flag', help: 'smaller shapes and fewer rounds' },
  rounds: { type: 'whole', min: 1, help: 'samples of each; else 9, or 3 with --quick' },
  software: { type: 'flag', help: 'run on the processor, by SwiftShader: for trying it out, not for figures' },
  headed: { type: 'flag', help: 'show the browser: some systems give a headless one no graphics card' },
} as const;

const HARDWARE = ['--enable-unsafe-webgpu', '--enable-features=Vulkan', '--ignore-gpu-blocklist'];
const SOFTWARE = [
  ...HARDWARE,
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

await run(async () => {
  const { options } = readOptions('Times the webgpu kernels beside the composed ops.', OPTIONS);
  const { quick, rounds = quick ? 3 : 9 } = options;
  const root = fileURLToPath(new URL('./webgpu', import.meta.url));
  const src = fileURLToPath(new URL('../src', import.meta.url));
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: 'sesame-nlp/gradients', replacement: `${src}/gradients/browser.ts` },
        { find: /^sesame-nlp\/(.+)$/, replacement: `${src}/$1/index.ts` },
      ],
    },
    server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
  });
  await server.listen();
  const browser = await chromium.launch({
    ...findBrowser(),
    headless: !options.headed,
    args: ['--no-sandbox', ...(options.software ? SOFTWARE : HARDWARE)],
  });
  try {
    const page = await browser.newPage();
    const rows: Row[] = [];
    const finished = new Promise<void>((resolve, reject) => {
      page.on('pageerror', reject);
      page.on('crash', () => reject(new BackendError('The page crashed: the graphics card was lost.')));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') console.error(message.text());
      });
      void page.exposeFunction('say', (text: string) => console.log(text));
      void page.exposeFunction('show', (row: Row) => {
        rows.push(row);
        console.log(`  ${row.name}: ${row.kernels} ms, composed ${row.composed} ms, ${row.ratio}`);
      });
      void page.exposeFunction('finish', resolve);
    });
    const query = new URLSearchParams({ rounds: String(rounds), ...(quick && { quick: '' }) });
    await page.goto(`${server.resolvedUrls!.local[0]}?${query}`);
    await finished;
    console.table(
      Object.fromEntries(
        rows.map(({ name, kernels, composed, ratio, spread, difference }) => [
          name,
          { 'kernels ms': kernels, 'composed ms': composed, 'times as fast': ratio, spread, difference },
        ]),
      ),
    );
  } finally {
    await browser.close();
    await server.close();
  }
});

function findBrowser() {
  const path = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return existsSync(path) ? { executablePath: path } : { channel: 'chrome' };
}
