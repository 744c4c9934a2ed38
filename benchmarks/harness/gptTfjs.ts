// A gpt-tfjs model with the weights of one of ours, in a contender's process. It shares our copy of tfjs.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import gptTfjs from 'gpt-tfjs';
import { decodeFloat32, readSafetensors } from 'sesame-nlp/checkpoints';

/** Sizes of the GPT; its output layer is one of its own, which is all that gpt-tfjs can. */
export interface GptTfjsShape {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly dModel: number;
  readonly numLayers: number;
  readonly numHeads: number;
}

/** Builds the model and gives it the weights in `folder`, which `createGpt` made with `tieEmbeddings: false`. */
export async function gptTfjsModel(folder: string, shape: GptTfjsShape) {
  const { vocabSize, maxPositions, dModel, numLayers, numHeads } = shape;
  const model = gptTfjs.model.GPTLMHeadModel({
    nLayer: numLayers,
    nHead: numHeads,
    nEmbd: dModel,
    vocabSize,
    blockSize: maxPositions,
    dropout: 0,
    embdDrop: 0,
    residDrop: 0,
  });
  const { tensors } = readSafetensors(await readFile(join(folder, 'model.safetensors')));
  for (const weight of model.model.weights) {
    const name = storedName(weight.originalName);
    const stored = tensors.get(name)!;
    const replacement = tidy(() => {
      const values = tensor(decodeFloat32(name, stored), [...stored.shape]);
      return name.startsWith('lm_head') ? transpose(values) : values; // its output layer is [in, out]
    });
    weight.write(replacement);
    replacement.dispose();
  }
  return model;
}

/** What Hugging Face, and so our file, calls a weight: 'transformer/h/0/ln_1/gamma' is transformer.h.0.ln_1.weight. */
function storedName(name: string): string {
  return name
    .replaceAll('/', '.')
    .replace(/\.(gamma|kernel|embeddings)$/, '.weight')
    .replace(/\.beta$/, '.bias');
}
