import type { AnyModule } from '../nn/index.js';
import type { LoadWeightsOptions, WeightEntry } from './weightMap.js';

/** The contents of a config.json. */
export type ModelConfigJson = Readonly<Record<string, unknown>>;

/** How one kind of model, with its head or without, is described in config.json and named in a checkpoint. */
export interface Architecture<Model extends AnyModule = AnyModule> {
  /** `model_type` in config.json. */
  readonly modelType: string;
  /** Its name in config.json's `architectures`, such as GPT2LMHeadModel. */
  readonly name: string;
  /** Builds the model that config.json describes, its weights not yet allocated. */
  build(config: ModelConfigJson): Model;
  /** What config.json says of a model besides `model_type` and `architectures`, or undefined if it is of another kind. */
  describe(model: AnyModule): ModelConfigJson | undefined;
  /** How its weights are stored. */
  weights(model: Model): {
    /** The stored tensors, and the parameters that each holds. */
    readonly map: readonly WeightEntry[];
  } & LoadWeightsOptions;
}
