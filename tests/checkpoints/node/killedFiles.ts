/** Files that all say their version in every byte group; large enough that a write takes a while. */
export function killedFiles(version: number): Map<string, Uint8Array> {
  const filled = (length: number) => new Uint8Array(new Uint32Array(length).fill(version).buffer);
  return new Map([
    ['model.safetensors', filled(40_000)],
    ['optimizer.safetensors', filled(80_000)],
    ['state.json', filled(100)],
  ]);
}
