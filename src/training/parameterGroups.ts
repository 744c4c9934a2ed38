import { ConfigError, rejectUnknownOptions } from '../errors/index.js';
import type { Parameter } from '../nn/index.js';
import { checkNumber } from './checkNumber.js';

/** Parameters that an optimizer treats in their own way. */
export interface ParameterGroup {
  /** Whether a parameter belongs to the group. The first group that claims a parameter has it. */
  readonly match: (path: string, parameter: Parameter) => boolean;
  /** What the learning rate is multiplied by; 1 by default. */
  readonly learningRateScale?: number;
  /** The decay of everything in the group, vectors included; the optimizer's own by default. */
  readonly weightDecay?: number;
  /** Whether the group is left as it is. */
  readonly frozen?: boolean;
}

/** What a parameter's group says of it. */
export interface GroupSettings {
  readonly learningRateScale: number;
  readonly weightDecay: number | undefined;
  readonly frozen: boolean;
}

/** Refuses groups that cannot work. */
export function checkGroups(owner: string, groups: readonly ParameterGroup[] = []): void {
  if (!Array.isArray(groups)) throw new ConfigError(`${owner}: groups is no array of groups.`, { value: groups });
  for (const [index, group] of groups.entries()) {
    const name = `${owner}: groups[${index}]`;
    rejectUnknownOptions(name, group, ['match', 'learningRateScale', 'weightDecay', 'frozen']);
    if (typeof group.match !== 'function') {
      throw new ConfigError(
        `${name} has no match, which says what belongs to it.\nTry match: (path) => path.startsWith('head.').`,
        { value: group },
      );
    }
    checkNumber(`${name}.learningRateScale`, group.learningRateScale ?? 1, { min: 0 });
    checkNumber(`${name}.weightDecay`, group.weightDecay ?? 0, { min: 0 });
  }
}

/** The settings of the first group that claims the parameter. */
export function groupOf(groups: readonly ParameterGroup[] = [], path: string, parameter: Parameter): GroupSettings {
  const group = groups.find(({ match }) => match(path, parameter));
  return {
    learningRateScale: group?.learningRateScale ?? 1,
    weightDecay: group?.weightDecay,
    frozen: group?.frozen ?? false,
  };
}
