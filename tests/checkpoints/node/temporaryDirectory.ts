import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty directory that is deleted when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sesame-checkpoints-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
