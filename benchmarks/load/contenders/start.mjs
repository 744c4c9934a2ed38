// A program as a person writes it: it imports the library, makes a model and asks for a token. Plain JavaScript, so
// that no compiler is part of the time; the lines that talk to the parent do as harness/serve.ts does.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** @type {import('../load.js').StartSetup} */
const { library, folder } = JSON.parse(process.argv[2]);
const from = (module) => import(pathToFileURL(`${library}/${module}`).href);
const send = (message) => writeSync(3, `${JSON.stringify(message)}\n`);

send({ answers: {} });
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  const sesame = await from('index.js');
  const makeModel = folder === undefined ? () => sesame.createGpt(sesame.gptPresets.mini) : await savedModel(sesame);
  const imported = performance.now();
  await sesame.selectBackend();
  const stream = sesame.generateStream(await makeModel(), [1, 2, 3], { maxNewTokens: 1 });
  await stream.next();
  const end = performance.now();
  const peakBytes = 1024 * process.resourceUsage().maxRSS;
  send({ times: { import: [imported - start], start: [end - start] }, peakBytes });
}
process.exit(0);

async function savedModel({ loadPretrained }) {
  const { directoryFolder } = await from('checkpoints/node/index.js');
  return async () => (await loadPretrained(directoryFolder(folder))).model;
}
