import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { expect, test } from 'vitest';
import type { Answer, Task } from './worker/trainAndWrite.js';

const absolute = (url: string) => new URL(url, location.href).href;

test('a Web Worker trains and streams while the page stays responsive', async () => {
  const worker = new Worker(new URL('./worker/trainAndWrite.ts', import.meta.url), { type: 'module' });
  let ticks = 0;
  const clock = setInterval(() => ticks++, 5);
  try {
    const answers: Answer[] = [];
    const finished = new Promise<void>((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        answers.push(data);
        if ('error' in data) reject(new Error(data.error));
        if ('tensorsLeft' in data) resolve();
      };
    });
    const task: Task = {
      text: '潮水退了就知道誰沒穿褲子。'.repeat(8),
      steps: 30,
      wasmPaths: {
        'tfjs-backend-wasm.wasm': absolute(plain),
        'tfjs-backend-wasm-simd.wasm': absolute(simd),
        'tfjs-backend-wasm-threaded-simd.wasm': absolute(threaded),
      },
    };
    worker.postMessage(task);
    await finished;
    const losses = answers.flatMap((answer) => ('loss' in answer ? [answer.loss] : []));
    const text = answers.flatMap((answer) => ('piece' in answer ? [answer.piece] : [])).join('');
    expect(answers[0]).toEqual({ backend: 'wasm' });
    expect(losses).toHaveLength(30);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    expect([...text]).toHaveLength(10);
    expect(answers.at(-1)).toEqual({ tensorsLeft: 0 });
    expect(ticks).toBeGreaterThan(3);
  } finally {
    clearInterval(clock);
    worker.terminate();
  }
});
