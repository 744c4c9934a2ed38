/** How many threads the machine runs at once. */
export function numberOfCores(): number {
  const { process, navigator } = globalThis as {
    process?: { getBuiltinModule?(name: string): unknown };
    navigator?: { hardwareConcurrency?: number };
  };
  const os = process?.getBuiltinModule?.('node:os') as { availableParallelism(): number } | undefined;
  return os?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}
