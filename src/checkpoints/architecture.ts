import type { AnyModule } from '../nn/index.js';
import type { LoadWeightsOptions, WeightEntry } from './weightMap.js';

/** The contents of a config.json. */
export type ModelConfigJson = Readonly<Record<string, unknown>>;

/** How one kind of model is described in config.json and named in a checkpoint. */
export interface Architecture<Model extends AnyModule = AnyModule> {
  /** Its `model_type` in config.json. */
  readonly modelType: string;
  /** Builds the model that config.json describes, its weights not yet allocated. */
  build(config: ModelConfigJson): Model;
  /** config.json of a model, or undefined if the model is not of this architecture. */
  describe(model: AnyModule): ModelConfigJson | undefined;
  /** The names of its weights. */
  weights(model: Model): { readonly map: readonly WeightEntry[] } & LoadWeightsOptions;
}
