import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where something was measured. */
export interface Machine {
  /** As the system calls it. */
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Such as linux x64. */
  readonly platform: string;
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** A machine in a line. */
export function describeMachine({ processor, cores, memoryBytes, node, platform }: Machine): string {
  return `${processor}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${platform}, Node ${node}`;
}
