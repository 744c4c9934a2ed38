const t = [performance.now()];
const s = await import('./dist/index.js');
t.push(performance.now());
await s.selectBackend();
t.push(performance.now());
const m = s.createGpt(s.gptPresets.mini);
t.push(performance.now());
const st = s.generateStream(m, [1, 2, 3], { maxNewTokens: 1 });
await st.next();
t.push(performance.now());
console.log(
  'boot',
  t[0].toFixed(0),
  'import,select,create,first',
  t
    .slice(1)
    .map((x, i) => (x - t[i]).toFixed(0))
    .join(' '),
  'total',
  (t[4] - t[0]).toFixed(0),
);
process.exit(0);
