import { selectBackend } from './src/backends/index.js';
import { createGpt, gptPresets } from './src/models/index.js';
import { generateStream } from './src/generation/index.js';
import { namedParameters } from './src/nn/index.js';
const preset=(process.argv[2]??'gpt2') as 'gpt2'; const n=+(process.argv[3]??40);
await selectBackend('wasm',{kernels:process.argv[4]!=='stock'});
const model=createGpt({...gptPresets[preset]});
let z=1; for(const p of namedParameters(model).values()){const f=new Float32Array(p.size); const s=p.role==='vector'?0:0.02; for(let i=0;i<f.length;i++){z=(Math.imul(z,1103515245)+12345)|0; f[i]=(z/2147483648)*s*1.7;} if(p.role==='vector'&&!/bias/.test('')&&p.shape.length===1)for(let i=0;i<f.length;i++)f[i]=0; p.assign(f);}
for(const [k,p] of namedParameters(model)) if(/orm.*weight|Norm\.weight/.test(k)) p.assign(new Float32Array(p.size).fill(1));
const prompt=Int32Array.from({length:256},(_,i)=>i*37%50000);
for(let round=0;round<2;round++){const times:number[]=[performance.now()]; const c0=process.cpuUsage(); let c1=c0;
for await(const _ of generateStream(model,prompt,{maxNewTokens:n,temperature:0.8,topK:40,seed:1})){times.push(performance.now()); if(times.length===2)c1=process.cpuUsage();}
const u=process.cpuUsage(c1); const d=times.slice(2).map((t,i)=>t-times[i+1]!).sort((a,b)=>a-b);
console.log('prefill',(times[1]!-times[0]!).toFixed(0),'ms; decode median',d[d.length>>1]!.toFixed(2),'min',d[0]!.toFixed(2),'ms =',(1000/d[d.length>>1]!).toFixed(1),'tok/s; cpu/token',((u.user+u.system)/1000/(times.length-2)).toFixed(2));}
