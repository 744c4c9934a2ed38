/** What happened in a training: plain arrays, one entry a step in the first five. */
export interface TrainingHistory {
  /** 1, 2, 3, ... */
  readonly steps: number[];
  /** Mean loss of each step before its update, in nats. */
  readonly losses: number[];
  /** How many losses each mean was taken over: for a language model, tokens. */
  readonly counts: number[];
  /** The optimizer's rate at each step, before a parameter group's scale. */
  readonly learningRates: number[];
  /** Euclidean norm of the mean loss's gradient, before clipping. */
  readonly gradientNorms: number[];
  /** In the order of their steps; none without an evaluation plan. */
  readonly evaluations: EvaluationReport[];
  /**
   * How it ended: 'finished' (all steps or epochs done), 'stopped' (by a callback), 'aborted' (by the signal); undefined
   * while it goes on.
   */
  ending: TrainingEnding | undefined;
}

/** How a training ended. */
export type TrainingEnding = 'finished' | 'stopped' | 'aborted';

/** One evaluation. */
export interface EvaluationReport {
  /** How many updates the model had. */
  readonly step: number;
  /** Mean loss over all evaluation batches, in nats. */
  readonly loss: number;
  /** What the caller's metrics gave, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A history in which nothing happened yet. */
export function emptyHistory(): TrainingHistory {
  return {
    steps: [],
    losses: [],
    counts: [],
    learningRates: [],
    gradientNorms: [],
    evaluations: [],
    ending: undefined,
  };
}
