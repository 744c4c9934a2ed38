// The process that killedWriter.test.ts kills: writes version after version, and says when each is durable.

import { directoryFolder, directoryStore } from 'sesame-nlp/checkpoints/node';
import { killedFiles } from './killedFiles.js';

const [folderPath, storePath, first] = process.argv.slice(2);
const folder = directoryFolder(folderPath!);
const store = directoryStore(storePath!);
const say = (line: string) => process.stdout.write(`${line}\n`);

for (let version = Number(first); ; version++) {
  await folder.write(killedFiles(version));
  say(`folder ${version}`);
  await store.folder(`step-${version}`).write(killedFiles(version));
  say(`store ${version}`);
  for (const name of await store.list()) {
    if (Number(name.slice(5)) > version - 2) continue;
    say(`removing ${name.slice(5)}`);
    await store.remove(name);
    say(`removed ${name.slice(5)}`);
  }
}
