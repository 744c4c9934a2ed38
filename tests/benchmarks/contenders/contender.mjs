// A contender that does as its setup says: it answers with a number, and fails at a turn.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const { answer, milliseconds, failsAt } = JSON.parse(process.argv[2]);
const send = (message) => writeSync(3, `${JSON.stringify(message)}\n`);

send({ answers: { sum: Buffer.from(Float32Array.of(answer).buffer).toString('base64') } });
let turn = 0;
for await (const _ of createInterface({ input: process.stdin })) {
  if (++turn === failsAt) throw new RangeError('the tank is empty');
  send({ times: { lap: [milliseconds] }, peakBytes: 1e6 * turn });
}
