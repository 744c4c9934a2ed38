// Builds the page in a folder with Vite, opens it in headless Chromium and prints what it writes into <output>. With
// --isolated it is served as a page that is cross-origin isolated.
import { chromium } from 'playwright';
import { build, preview } from 'vite';

const [root, isolated] = process.argv.slice(2);
if (root === undefined) throw new Error('usage: openPage.ts <folder with an index.html> [--isolated]');
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
await build({ root, configFile: false, logLevel: 'warn', build: { target: 'es2022' } });
const server = await preview({
  root,
  configFile: false,
  preview: { host: '127.0.0.1', port: 0, headers: isolated === '--isolated' ? headers : {} },
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
try {
  const page = await browser.newPage();
  const failed = new Promise<never>((_, reject) => {
    page.on('pageerror', reject);
  });
  await page.goto(server.resolvedUrls!.local[0]!);
  const output = page.locator('output:not(:empty)');
  await Promise.race([failed, output.waitFor({ timeout: 60_000 })]);
  console.log('page:', await output.textContent());
} finally {
  await browser.close();
  await server.close();
}
