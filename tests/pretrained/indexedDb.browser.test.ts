import { indexedDbFolder, loadPretrained, savePretrained } from 'sesame-nlp/checkpoints';
import { trainCharacterTokenizer } from 'sesame-nlp/tokenizers';
import { expect, test } from 'vitest';
import { gptOf, kinds, outputs } from './gpts.js';

test.each(Object.keys(kinds))(
  "%s comes back from the browser's own storage as it was, with its tokenizer",
  async (kind) => {
    const model = gptOf(kind);
    const tokenizer = await trainCharacterTokenizer(['潮水退了就知道誰']);
    await savePretrained(indexedDbFolder('sesame-nlp-tests-pretrained', 'model'), { model, tokenizer });
    const loaded = await loadPretrained(indexedDbFolder('sesame-nlp-tests-pretrained', 'model'));
    expect(await outputs(loaded.model)).toEqual(await outputs(model));
    expect(loaded.tokenizer.encode('潮水').ids).toEqual(tokenizer.encode('潮水').ids);
    model.dispose();
    loaded.model.dispose();
  },
);
