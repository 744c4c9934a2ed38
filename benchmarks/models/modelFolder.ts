import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ModelOrder } from './writeModel.js';

// `Omit` alone would forget which members of the union go together.
type WithoutFolder<Order> = Order extends unknown ? Omit<Order, 'folder'> : never;

/**
 * Writes a model with random weights into a folder of its own.
 *
 * @returns the folder
 */
export async function modelFolder(models: string, name: string, order: WithoutFolder<ModelOrder>): Promise<string> {
  const folder = join(models, name);
  const program = fileURLToPath(new URL('writeModel.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [...process.execArgv, program, JSON.stringify({ ...order, folder })]);
  return folder;
}
