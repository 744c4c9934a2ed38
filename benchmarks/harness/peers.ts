// What sesame-nlp is compared with, and whether it is here.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NPM_PEERS = [
  '@huggingface/tokenizers',
  '@huggingface/transformers',
  '@jax-js/jax',
  'gpt-tfjs',
  'gpt-tokenizer',
  'js-tiktoken',
  'onnxruntime-node',
  'onnxruntime-web',
  'tiktoken',
] as const;

/** A library that sesame-nlp is compared with. */
export type Peer = (typeof NPM_PEERS)[number] | 'torch';

/** The peers, and the folder that npm installs them in. */
export const peers: readonly Peer[] = [...NPM_PEERS, 'torch'];
const folder = fileURLToPath(new URL('../', import.meta.url));

/** What to do about a peer that is missing. */
export function howToInstall(peer: Peer): string {
  return peer === 'torch' ? 'apt-get install python3-torch libopenblas0-pthread' : 'npm ci --prefix benchmarks';
}

/** The version that is installed, or undefined. */
export function versionOf(peer: Peer): string | undefined {
  if (peer === 'torch') return pythonWithTorch()?.version;
  const manifest = `${folder}node_modules/${peer}/package.json`;
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

let python: { readonly command: string; readonly version: string } | null | undefined;

/** A Python that can import torch: the one on the path, or the system's. */
export function pythonWithTorch(): { readonly command: string; readonly version: string } | undefined {
  python ??= ['python3', '/usr/bin/python3'].flatMap((command) => torchOf(command) ?? [])[0] ?? null;
  return python ?? undefined;
}

function torchOf(command: string): { command: string; version: string } | undefined {
  try {
    const program = 'import torch; print(torch.__version__)';
    const version = execFileSync(command, ['-c', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return { command, version: version.trim() };
  } catch {
    return undefined;
  }
}
