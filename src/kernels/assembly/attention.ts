// Attention, a block of queries at a time: scores of QUERY_BLOCK queries are all that ever exists of the [queries, keys]
// matrix, so memory grows with the length of the text and not with its square. The backward direction makes the weights
// again from each row's logarithm of its sum (Dao et al. 2022, https://arxiv.org/abs/2205.14135).
import { hash4 } from './dropout';
import { innerProduct, multiply, MULTIPLY_SCRATCH, packPanels, PANEL } from './matrixProduct';
import { exp4, largestLane, loadTail, multiplyAdd, naturalLog, storeTail, sumLanes } from './vectorMath';

const QUERY_BLOCK: i32 = 64;

/** A count rounded up to whole panels. */
// @ts-ignore: decorator
@inline
function padded(count: i32): i32 {
  return (count + PANEL - 1) & ~(PANEL - 1);
}

/** Bytes of scratch that `attention` needs. */
export function attentionScratch(keys: i32, size: i32, valueSize: i32): i32 {
  return MULTIPLY_SCRATCH + ((padded(keys) * size + padded(valueSize) * keys + QUERY_BLOCK * padded(keys)) << 2);
}

/** Bytes of scratch that `attentionGrad` needs. */
export function attentionGradScratch(keys: i32, size: i32, valueSize: i32): i32 {
  const panels = padded(keys) * (size + valueSize) + padded(size) * keys;
  const tiles = 2 * QUERY_BLOCK * padded(keys) + QUERY_BLOCK * (padded(size) + padded(valueSize));
  return MULTIPLY_SCRATCH + ((panels + tiles + QUERY_BLOCK) << 2);
}

/** How many of the first keys a query sees: all of them, or with causality those up to its own place, the last key's. */
// @ts-ignore: decorator
@inline
function visibleKeys(query: i32, queries: i32, keys: i32, causal: bool): i32 {
  return causal ? max(0, min(keys, keys - queries + query + 1)) : keys;
}

const HIDDEN: f32 = -Infinity;

/** scores = scores · scale + bias, and -Infinity where the mask hides a key; `mask` and `bias` are rows, or 0. */
function prepareScores(count: i32, scores: usize, scale: f32, mask: usize, bias: usize, biasStride: usize): void {
  const scales = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(scores, f32x4.mul(v128.load(scores), scales));
    scores += 16;
  }
  for (; i < count; i++) {
    store<f32>(scores, load<f32>(scores) * scale);
    scores += 4;
  }
  scores -= <usize>count << 2;
  if (bias) {
    for (let key = 0; key < count; key++) {
      const at = scores + (<usize>key << 2);
      store<f32>(at, load<f32>(at) + load<f32>(bias));
      bias += biasStride;
    }
  }
  if (mask) {
    for (let key = 0; key < count; key++) {
      if (load<f32>(mask) == 0) store<f32>(scores + (<usize>key << 2), HIDDEN);
      mask += 4;
    }
  }
}

/** The largest of `count` scores; NaN if one is. */
function largest(count: i32, scores: usize): f32 {
  let most = f32x4.splat(HIDDEN);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    most = f32x4.max(most, v128.load(scores));
    scores += 16;
  }
  if (i < count) most = f32x4.max(most, loadTail(scores, count - i, HIDDEN));
  return largestLane(most);
}

/**
 * Turns `count` prepared scores into their softmax.
 *
 * @returns the logarithm of the sum of e^score; Infinity for a row that sees no key, whose weights are all 0
 */
function softmaxRow(count: i32, scores: usize): f32 {
  const most = largest(count, scores);
  if (count == 0 || most == HIDDEN) {
    memory.fill(scores, 0, <usize>count << 2);
    return Infinity;
  }
  const shift = f32x4.splat(most);
  let sums = f32x4.splat(0);
  let at = scores;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const e = exp4(f32x4.sub(v128.load(at), shift));
    v128.store(at, e);
    sums = f32x4.add(sums, e);
    at += 16;
  }
  if (i < count) {
    const e = exp4(f32x4.sub(loadTail(at, count - i, HIDDEN), shift));
    storeTail(at, e, count - i);
    sums = f32x4.add(sums, e);
  }
  const sum = sumLanes(sums);
  const factor = f32x4.splat(<f32>1 / sum);
  at = scores;
  for (i = 0; i + 4 <= count; i += 4) {
    v128.store(at, f32x4.mul(v128.load(at), factor));
    at += 16;
  }
  for (; i < count; i++) {
    store<f32>(at, load<f32>(at) / sum);
    at += 4;
  }
  return most + <f32>naturalLog(sum);
}

/** weights[i] *= the dropout factor of entry `first` + i. */
function dropRow(count: i32, weights: usize, seed: i32, first: i32, threshold: u32, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (let i = 0; i < count; i += 4) {
    const keep = i32x4.ge_u(hash4(seed, first + i), i32x4.splat(threshold));
    const kept = v128.and(factors, keep);
    if (i + 4 <= count) v128.store(weights, f32x4.mul(v128.load(weights), kept));
    else storeTail(weights, f32x4.mul(loadTail(weights, count - i, 0), kept), count - i);
    weights += 16;
  }
}

/**
 * Attention of heads `begin` to `end`, batch · heads in all.
 *
 * @param mask [batch, keys] float32, 0 = hidden; or 0
 * @param bias or 0, with strides in bytes along its four axes, 0 along a broadcast one
 * @param threshold below which a dropout's hash drops a weight; 0 for no dropout
 * @param context [batch, heads, queries, valueSize]
 * @param logSums [batch, heads, queries]
 */
export function attention(
  begin: i32, end: i32, scratch: usize,
  heads: i32, queries: i32, keys: i32, size: i32, valueSize: i32,
  query: usize, key: usize, value: usize, mask: usize,
  bias: usize, biasBatch: usize, biasHead: usize, biasQuery: usize, biasKey: usize,
  causal: bool, scale: f32, dropSeed: i32, dropThreshold: u32, dropFactor: f32, context: usize, logSums: usize,
): void {
  const keyPanels = scratch + MULTIPLY_SCRATCH;
  const valuePanels = keyPanels + (<usize>(padded(keys) * size) << 2);
  const scores = valuePanels + (<usize>(padded(valueSize) * keys) << 2);
  const scoreRow = <usize>padded(keys) << 2;
  const queryRow = <usize>size << 2;
  const valueRow = <usize>valueSize << 2;
  for (let index = begin; index < end; index++) {
    const ofQuery = query + <usize>(index * queries) * queryRow;
    const ofContext = context + <usize>(index * queries) * valueRow;
    const ofMask = mask ? mask + (<usize>((index / heads) * keys) << 2) : 0;
    const ofBias = bias ? bias + <usize>(index / heads) * biasBatch + <usize>(index % heads) * biasHead : 0;
    const ofKey = key + <usize>(index * keys) * queryRow;
    const ofValue = value + <usize>(index * keys) * valueRow;
    packPanels(0, padded(keys) / PANEL, 0, ofKey, 4, queryRow, 0, size, keys, keyPanels);
    packPanels(0, padded(valueSize) / PANEL, 0, ofValue, valueRow, 4, 0, keys, valueSize, valuePanels);
    for (let first = 0; first < queries; first += QUERY_BLOCK) {
      const rows = min(queries - first, QUERY_BLOCK);
      const columns = visibleKeys(first + rows - 1, queries, keys, causal);
      multiply(
        rows, columns, size, ofQuery + <usize>first * queryRow, queryRow, 4, keyPanels, size, scores, scoreRow,
        0, false, scratch,
      );
      for (let row = 0; row < rows; row++) {
        const at = index * queries + first + row;
        const weights = scores + <usize>row * scoreRow;
        const count = visibleKeys(first + row, queries, keys, causal);
        const biasOfRow = ofBias ? ofBias + <usize>(first + row) * biasQuery : 0;
        prepareScores(count, weights, scale, ofMask, biasOfRow, biasKey);
        store<f32>(logSums + (<usize>at << 2), softmaxRow(count, weights));
        memory.fill(weights + (<usize>count << 2), 0, <usize>(columns - count) << 2);
        if (dropThreshold) dropRow(count, weights, dropSeed, at * keys, dropThreshold, dropFactor);
      }
      if (columns == 0) memory.fill(ofContext + <usize>first * valueRow, 0, <usize>rows * valueRow);
      multiply(
        rows, valueSize, columns, scores, scoreRow, 4, valuePanels, keys, ofContext + <usize>first * valueRow, valueRow,
        0, false, scratch,
      );
    }
  }
}

/**
 * The gradients of heads `begin` to `end`. `bias` and the like as in `attention`; dBias, or 0, has bias's layout, is 0 at
 * the start, and is added to: where heads or batch share it, one thread must do them all.
 */
export function attentionGrad(
  begin: i32, end: i32, scratch: usize,
  heads: i32, queries: i32, keys: i32, size: i32, valueSize: i32,
  query: usize, key: usize, value: usize, mask: usize,
  bias: usize, biasBatch: usize, biasHead: usize, biasQuery: usize, biasKey: usize,
  causal: bool, scale: f32, dropSeed: i32, dropThreshold: u32, dropFactor: f32, context: usize, logSums: usize,
  dy: usize, dQuery: usize, dKey: usize, dValue: usize, dBias: usize,
): void {
  const queryRow = <usize>size << 2;
  const valueRow = <usize>valueSize << 2;
  const scoreRow = <usize>padded(keys) << 2;
  const keyPanels = scratch + MULTIPLY_SCRATCH; // of keyᵀ
  const valuePanels = keyPanels + (<usize>(padded(keys) * size) << 2); // of valueᵀ
  const rowPanels = valuePanels + (<usize>(padded(keys) * valueSize) << 2); // of key
  const weights = rowPanels + (<usize>(padded(size) * keys) << 2);
  const slopes = weights + <usize>QUERY_BLOCK * scoreRow;
  const queryPanels = slopes + <usize>QUERY_BLOCK * scoreRow;
  const dyPanels = queryPanels + (<usize>(QUERY_BLOCK * padded(size)) << 2);
  for (let index = begin; index < end; index++) {
    const firstQuery = <usize>(index * queries);
    const firstKey = <usize>(index * keys);
    const ofKey = key + firstKey * queryRow;
    const ofValue = value + firstKey * valueRow;
    const ofDKey = dKey + firstKey * queryRow;
    const ofDValue = dValue + firstKey * valueRow;
    const ofMask = mask ? mask + (<usize>((index / heads) * keys) << 2) : 0;
    const biasOffset = <usize>(index / heads) * biasBatch + <usize>(index % heads) * biasHead;
    packPanels(0, padded(keys) / PANEL, 0, ofKey, 4, queryRow, 0, size, keys, keyPanels);
    packPanels(0, padded(keys) / PANEL, 0, ofValue, 4, valueRow, 0, valueSize, keys, valuePanels);
    packPanels(0, padded(size) / PANEL, 0, ofKey, queryRow, 4, 0, keys, size, rowPanels);
    memory.fill(ofDKey, 0, <usize>keys * queryRow);
    memory.fill(ofDValue, 0, <usize>keys * valueRow);
    for (let first = 0; first < queries; first += QUERY_BLOCK) {
      const rows = min(queries - first, QUERY_BLOCK);
      const columns = visibleKeys(first + rows - 1, queries, keys, causal);
      const ofQuery = query + (firstQuery + <usize>first) * queryRow;
      const ofDy = dy + (firstQuery + <usize>first) * valueRow;
      const ofDQuery = dQuery + (firstQuery + <usize>first) * queryRow;
      if (columns == 0) {
        memory.fill(ofDQuery, 0, <usize>rows * queryRow);
        continue;
      }
      multiply(rows, columns, size, ofQuery, queryRow, 4, keyPanels, size, weights, scoreRow, 0, false, scratch);
      multiply(rows, columns, valueSize, ofDy, valueRow, 4, valuePanels, valueSize, slopes, scoreRow, 0, false, scratch);
      for (let row = 0; row < rows; row++) {
        const at = index * queries + first + row;
        const count = visibleKeys(first + row, queries, keys, causal);
        const rowOffset = biasOffset + <usize>(first + row) * biasQuery;
        const ofWeights = weights + <usize>row * scoreRow;
        const ofSlopes = slopes + <usize>row * scoreRow;
        prepareScores(count, ofWeights, scale, ofMask, bias ? bias + rowOffset : 0, biasKey);
        // The row sums of weights · dWeights equal those of dy · context, which are shorter.
        const along = innerProduct(
          valueSize, ofDy + <usize>row * valueRow, context + (firstQuery + <usize>(first + row)) * valueRow,
        );
        const logSum = load<f32>(logSums + (<usize>at << 2));
        weighRow(count, ofWeights, ofSlopes, logSum, along, scale, dropSeed, at * keys, dropThreshold, dropFactor);
        const rest = <usize>(columns - count) << 2;
        memory.fill(ofWeights + (<usize>count << 2), 0, rest);
        memory.fill(ofSlopes + (<usize>count << 2), 0, rest);
        if (dBias) addBiasGrad(count, ofSlopes, scale, dBias + rowOffset, biasKey);
      }
      packPanels(0, padded(valueSize) / PANEL, 0, ofDy, valueRow, 4, 0, rows, valueSize, dyPanels);
      packPanels(0, padded(size) / PANEL, 0, ofQuery, queryRow, 4, 0, rows, size, queryPanels);
      multiply(columns, valueSize, rows, weights, 4, scoreRow, dyPanels, rows, ofDValue, valueRow, 0, true, scratch);
      multiply(columns, size, rows, slopes, 4, scoreRow, queryPanels, rows, ofDKey, queryRow, 0, true, scratch);
      multiply(rows, size, columns, slopes, scoreRow, 4, rowPanels, keys, ofDQuery, queryRow, 0, false, scratch);
    }
  }
}

/**
 * From a row's prepared scores its weights, dropped as `value` met them, and from the gradient of these that of the scaled
 * scores, times `scale`.
 */
function weighRow(
  count: i32, scores: usize, slopes: usize, logSum: f32, along: f32, scale: f32,
  dropSeed: i32, first: i32, dropThreshold: u32, dropFactor: f32,
): void {
  const shift = f32x4.splat(logSum);
  const alongs = f32x4.splat(along);
  const scales = f32x4.splat(scale);
  const factors = f32x4.splat(dropFactor);
  for (let i = 0; i < count; i += 4) {
    const whole = i + 4 <= count;
    const rest = count - i;
    const score = whole ? v128.load(scores) : loadTail(scores, rest, HIDDEN);
    const weight = exp4(f32x4.sub(score, shift));
    let dWeight = whole ? v128.load(slopes) : loadTail(slopes, rest, 0);
    let dropped = weight;
    if (dropThreshold) {
      const kept = v128.and(factors, i32x4.ge_u(hash4(dropSeed, first + i), i32x4.splat(dropThreshold)));
      dropped = f32x4.mul(weight, kept);
      dWeight = f32x4.mul(dWeight, kept);
    }
    const slope = f32x4.mul(f32x4.mul(weight, f32x4.sub(dWeight, alongs)), scales);
    if (whole) {
      v128.store(scores, dropped);
      v128.store(slopes, slope);
    } else {
      storeTail(scores, dropped, rest);
      storeTail(slopes, slope, rest);
    }
    scores += 16;
    slopes += 16;
  }
}

/** The gradient of the scores before scaling was multiplied by `scale`; the bias was added after it. */
function addBiasGrad(count: i32, slopes: usize, scale: f32, dBias: usize, stride: usize): void {
  for (let key = 0; key < count; key++) {
    store<f32>(dBias, load<f32>(dBias) + load<f32>(slopes) / scale);
    slopes += 4;
    dBias += stride;
  }
}

/**
 * Attention of few queries, row by row, over keys and values that lie in pieces: rows `begin` to `end` of
 * batch · heads · queries in all.
 *
 * @param pieces for each piece the addresses of its keys and values [batch, heads, tokens, size] and its tokens, as u32
 * @param numPieces how many there are
 * @param weights [batch, heads, queries, keys]; or 0, and then `scratch` holds a row
 * @param logSums [batch, heads, queries]; or 0
 */
export function attentionOfRows(
  begin: i32, end: i32, scratch: usize,
  heads: i32, queries: i32, keys: i32, size: i32, valueSize: i32,
  query: usize, pieces: usize, numPieces: i32, mask: usize,
  bias: usize, biasBatch: usize, biasHead: usize, biasQuery: usize, biasKey: usize,
  causal: bool, scale: f32, context: usize, logSums: usize, weights: usize,
): void {
  const queryRow = <usize>size << 2;
  const valueRow = <usize>valueSize << 2;
  for (let at = begin; at < end; at++) {
    const index = at / queries;
    const row = at % queries;
    const ofQuery = query + <usize>at * queryRow;
    const scores = weights ? weights + (<usize>at * <usize>keys << 2) : scratch;
    const count = visibleKeys(row, queries, keys, causal);
    let score = scores;
    let left = count;
    for (let piece = 0; piece < numPieces && left > 0; piece++) {
      const entry = pieces + <usize>(piece * 12);
      const tokens = load<i32>(entry, 8);
      const used = min(tokens, left);
      scoreKeys(used, size, ofQuery, <usize>load<u32>(entry) + <usize>(index * tokens) * queryRow, score);
      score += <usize>used << 2;
      left -= used;
    }
    const ofMask = mask ? mask + (<usize>((index / heads) * keys) << 2) : 0;
    const ofBias = bias
      ? bias + <usize>(index / heads) * biasBatch + <usize>(index % heads) * biasHead + <usize>row * biasQuery
      : 0;
    prepareScores(count, scores, scale, ofMask, ofBias, biasKey);
    const logSum = softmaxRow(count, scores);
    if (logSums) store<f32>(logSums + (<usize>at << 2), logSum);
    if (weights) memory.fill(scores + (<usize>count << 2), 0, <usize>(keys - count) << 2);
    const target = context + <usize>at * valueRow;
    memory.fill(target, 0, valueRow);
    let weight = scores;
    left = count;
    for (let piece = 0; piece < numPieces && left > 0; piece++) {
      const entry = pieces + <usize>(piece * 12);
      const tokens = load<i32>(entry, 8);
      const used = min(tokens, left);
      addWeighted(used, valueSize, weight, <usize>load<u32>(entry, 4) + <usize>(index * tokens) * valueRow, target);
      weight += <usize>used << 2;
      left -= used;
    }
  }
}

/** scores[i] = query · keys[i] for `count` keys that lie one after the other, four at a time. */
function scoreKeys(count: i32, size: i32, query: usize, keys: usize, scores: usize): void {
  const rowBytes = <usize>size << 2;
  for (let key = 0; key < count; key += 4) {
    const rest = count - key;
    // Keys that are not there are the first one again: which keys go together must not change a score.
    const second = rest > 1 ? keys + rowBytes : keys;
    const third = rest > 2 ? keys + 2 * rowBytes : keys;
    const fourth = rest > 3 ? keys + 3 * rowBytes : keys;
    const four = fourInnerProducts(size, query, keys, second, third, fourth);
    if (rest >= 4) v128.store(scores, four);
    else storeTail(scores, four, rest);
    keys += 4 * rowBytes;
    scores += 16;
  }
}

/** x · a, x · b, x · c and x · d. */
function fourInnerProducts(count: i32, x: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let a0 = f32x4.splat(0), b0 = a0, c0 = a0, d0 = a0;
  let a1 = a0, b1 = a0, c1 = a0, d1 = a0;
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const x0 = v128.load(x), x1 = v128.load(x, 16);
    a0 = multiplyAdd(x0, v128.load(a), a0);
    b0 = multiplyAdd(x0, v128.load(b), b0);
    c0 = multiplyAdd(x0, v128.load(c), c0);
    d0 = multiplyAdd(x0, v128.load(d), d0);
    a1 = multiplyAdd(x1, v128.load(a, 16), a1);
    b1 = multiplyAdd(x1, v128.load(b, 16), b1);
    c1 = multiplyAdd(x1, v128.load(c, 16), c1);
    d1 = multiplyAdd(x1, v128.load(d, 16), d1);
    x += 32; a += 32; b += 32; c += 32; d += 32;
  }
  for (; i < count; i += 4) {
    const rest = count - i;
    const whole = rest >= 4;
    const x0 = whole ? v128.load(x) : loadTail(x, rest, 0);
    a0 = multiplyAdd(x0, whole ? v128.load(a) : loadTail(a, rest, 0), a0);
    b0 = multiplyAdd(x0, whole ? v128.load(b) : loadTail(b, rest, 0), b0);
    c0 = multiplyAdd(x0, whole ? v128.load(c) : loadTail(c, rest, 0), c0);
    d0 = multiplyAdd(x0, whole ? v128.load(d) : loadTail(d, rest, 0), d0);
    x += 16; a += 16; b += 16; c += 16; d += 16;
  }
  a0 = f32x4.add(a0, a1);
  b0 = f32x4.add(b0, b1);
  c0 = f32x4.add(c0, c1);
  d0 = f32x4.add(d0, d1);
  const ab = f32x4.add(v128.shuffle<i32>(a0, b0, 0, 4, 1, 5), v128.shuffle<i32>(a0, b0, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c0, d0, 0, 4, 1, 5), v128.shuffle<i32>(c0, d0, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** target [size] += the sum of weights[i] · rows[i], as many columns at a time as keep the adders busy. */
function addWeighted(count: i32, size: i32, weights: usize, rows: usize, target: usize): void {
  const rowBytes = <usize>size << 2;
  let column = 0;
  for (; column + 32 <= size; column += 32) {
    let s0 = v128.load(target), s1 = v128.load(target, 16), s2 = v128.load(target, 32), s3 = v128.load(target, 48);
    let s4 = v128.load(target, 64), s5 = v128.load(target, 80), s6 = v128.load(target, 96), s7 = v128.load(target, 112);
    let row = rows + (<usize>column << 2);
    let weight = weights;
    for (let i = 0; i < count; i++) {
      const w = v128.load_splat<f32>(weight);
      s0 = multiplyAdd(w, v128.load(row), s0);
      s1 = multiplyAdd(w, v128.load(row, 16), s1);
      s2 = multiplyAdd(w, v128.load(row, 32), s2);
      s3 = multiplyAdd(w, v128.load(row, 48), s3);
      s4 = multiplyAdd(w, v128.load(row, 64), s4);
      s5 = multiplyAdd(w, v128.load(row, 80), s5);
      s6 = multiplyAdd(w, v128.load(row, 96), s6);
      s7 = multiplyAdd(w, v128.load(row, 112), s7);
      weight += 4;
      row += rowBytes;
    }
    v128.store(target, s0);
    v128.store(target, s1, 16);
    v128.store(target, s2, 32);
    v128.store(target, s3, 48);
    v128.store(target, s4, 64);
    v128.store(target, s5, 80);
    v128.store(target, s6, 96);
    v128.store(target, s7, 112);
    target += 128;
  }
  for (; column + 16 <= size; column += 16) {
    let s0 = v128.load(target), s1 = v128.load(target, 16), s2 = v128.load(target, 32), s3 = v128.load(target, 48);
    let row = rows + (<usize>column << 2);
    let weight = weights;
    for (let i = 0; i < count; i++) {
      const w = v128.load_splat<f32>(weight);
      s0 = multiplyAdd(w, v128.load(row), s0);
      s1 = multiplyAdd(w, v128.load(row, 16), s1);
      s2 = multiplyAdd(w, v128.load(row, 32), s2);
      s3 = multiplyAdd(w, v128.load(row, 48), s3);
      weight += 4;
      row += rowBytes;
    }
    v128.store(target, s0);
    v128.store(target, s1, 16);
    v128.store(target, s2, 32);
    v128.store(target, s3, 48);
    target += 64;
  }
  for (; column < size; column++) {
    let sum = load<f32>(target);
    for (let i = 0; i < count; i++) {
      sum += load<f32>(weights + (<usize>i << 2)) * load<f32>(rows + <usize>i * rowBytes + (<usize>column << 2));
    }
    store<f32>(target, sum);
    target += 4;
  }
}

/** Rows `begin` to `end` of a softmax over the last axis. `maskRows`, or 0, has the address of each row's mask, as u32. */
export function softmax(
  begin: i32, end: i32, scratch: usize, size: i32, x: usize, maskRows: usize, y: usize,
): void {
  const rowBytes = <usize>size << 2;
  for (let row = begin; row < end; row++) {
    const target = y + <usize>row * rowBytes;
    memory.copy(target, x + <usize>row * rowBytes, rowBytes);
    if (maskRows) prepareScores(size, target, 1, <usize>load<u32>(maskRows + (<usize>row << 2)), 0, 0);
    const logSum = softmaxRow(size, target);
    if (maskRows || logSum != Infinity) continue;
    for (let i = 0; i < size; i++) store<f32>(target + (<usize>i << 2), NaN); // -Infinity - -Infinity, as without a kernel
  }
}

/** Rows `begin` to `end` of a softmax's gradient: y (dy - sum of y dy). */
export function softmaxGrad(
  begin: i32, end: i32, scratch: usize, size: i32, dy: usize, y: usize, dx: usize,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * <usize>size << 2;
    const along = innerProduct(size, dy + at, y + at);
    for (let i = 0; i < size; i++) {
      const entry = at + (<usize>i << 2);
      store<f32>(dx + entry, load<f32>(y + entry) * (load<f32>(dy + entry) - along));
    }
  }
}
