import { EventLoop } from '../eventLoop/eventLoop.js';
import type { CausalLanguageModel } from '../nn/index.js';
import { chooseTokens } from './chooseTokens.js';
import { Continuation } from './continuation.js';
import { DecodingSession } from './decodingSession.js';
import type { GenerationSettings } from './generationSettings.js';

/** New tokens of one row. */
export interface DecodedTokens {
  readonly row: number;
  /** Never empty. */
  readonly tokenIds: readonly number[];
}

/**
 * Continues texts one token at a time, all of them in one batch. A row that has ended leaves the batch. However the
 * generator is left, nothing stays allocated.
 *
 * @param prompts at least one token each, within the vocabulary
 */
export async function* decode(
  model: CausalLanguageModel,
  prompts: readonly (readonly number[])[],
  settings: GenerationSettings,
): AsyncGenerator<DecodedTokens, void> {
  settings.signal?.throwIfAborted();
  if (settings.maxNewTokens === 0) return;
  const { maxPositions } = model.config;
  let active = prompts.map((prompt, row) => new Continuation(row, prompt, settings, maxPositions));
  const session = new DecodingSession(model, prompts, settings.useCache);
  const eventLoop = new EventLoop();
  try {
    while (active.length > 0) {
      const ids = await nextTokens(session, active, settings);
      await eventLoop.turn();
      settings.signal?.throwIfAborted();
      session.append(ids);
      for (const [index, continuation] of active.entries()) {
        const tokenIds = continuation.append(ids[index]!);
        if (tokenIds.length > 0) yield { row: continuation.row, tokenIds };
      }
      session.keep([...active.keys()].filter((index) => !active[index]!.ended));
      active = active.filter((continuation) => !continuation.ended);
      settings.signal?.throwIfAborted();
    }
  } finally {
    session.dispose();
  }
}

async function nextTokens(
  session: DecodingSession,
  texts: readonly Continuation[],
  settings: GenerationSettings,
): Promise<number[]> {
  const logits = session.logits();
  try {
    return await chooseTokens(logits, texts, settings.sampling);
  } finally {
    logits.dispose();
  }
}
