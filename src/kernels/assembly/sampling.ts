// The choice of the next token where the logits lie: the likeliest one, or one drawn after temperature, top-k and top-p.
import { exp4, largestLane, loadTail, storeTail, sumLanes } from './vectorMath';

/** Answers in the place of an id, where the logits are nothing to choose by. */
const NOT_A_NUMBER: i32 = -1;
const ALL_FORBIDDEN: i32 = -2;
const INFINITE: i32 = -3;

/** Bytes of scratch that `chooseTokens` needs: weights, and ids to sort. */
export function chooseTokensScratch(vocabSize: i32): i32 {
  return (vocabSize << 3) + 16;
}

/**
 * Rows `begin` to `end`: an id for each, or what is wrong with its logits.
 *
 * @param logits [rows, vocabSize]
 * @param temperature 0 for the likeliest token, of equal ones the first
 * @param topK how many of the likeliest may be drawn, and those as likely as the last of them; vocabSize for all
 * @param topP 1 for all
 * @param uniforms [rows] doubles in [0, 1)
 */
export function chooseTokens(
  begin: i32, end: i32, scratch: usize,
  vocabSize: i32, logits: usize, temperature: f32, topK: i32, topP: f64, uniforms: usize, ids: usize,
): void {
  for (let row = begin; row < end; row++) {
    const x = logits + (<usize>row * <usize>vocabSize << 2);
    const most = largestOf(vocabSize, x);
    let id: i32;
    if (isNaN<f32>(most)) id = NOT_A_NUMBER;
    else if (most == -Infinity) id = ALL_FORBIDDEN;
    else if (most == Infinity) id = INFINITE;
    else if (temperature == 0) id = firstEqual(vocabSize, x, most);
    else id = draw(vocabSize, x, most, temperature, topK, topP, load<f64>(uniforms + (<usize>row << 3)), scratch);
    store<i32>(ids + (<usize>row << 2), id);
  }
}

/** NaN if one is. */
function largestOf(count: i32, x: usize): f32 {
  let most = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    most = f32x4.max(most, v128.load(x));
    x += 16;
  }
  if (i < count) most = f32x4.max(most, loadTail(x, count - i, -Infinity));
  return largestLane(most);
}

function firstEqual(count: i32, x: usize, value: f32): i32 {
  for (let i = 0; i < count; i++) if (load<f32>(x + (<usize>i << 2)) == value) return i;
  return 0;
}

function draw(
  count: i32, x: usize, most: f32, temperature: f32, topK: i32, topP: f64, uniform: f64, scratch: usize,
): i32 {
  const weights = scratch;
  const list = scratch + (<usize>count << 2);
  const least = topK < count ? kthLargest(count, x, topK, list) : -Infinity;
  let total = weigh(count, x, most, temperature, least, weights);
  // The lightest weight that stays, and of those that weigh the same the last id that does.
  let lightest: f32 = 0;
  let lastId = count;
  if (topP < 1) {
    const kept = sortLikeliest(count, weights, <f32>((1 - topP) * total / count), list);
    let seen: f64 = 0;
    let place = 0;
    while (place < kept && (place == 0 || seen <= topP * total)) {
      lastId = load<i32>(list + (<usize>place << 2));
      lightest = load<f32>(weights + (<usize>lastId << 2));
      seen += lightest;
      place++;
    }
    total = seen;
  }
  let rest = uniform * total;
  let last = 0;
  for (let id = 0; id < count; id++) {
    const weight = load<f32>(weights + (<usize>id << 2));
    if (weight == 0 || weight < lightest || (weight == lightest && id > lastId)) continue;
    last = id;
    rest -= weight;
    if (rest < 0) return id;
  }
  return last; // rounding used up the weights
}

/** weights = e^((x - most) / temperature), 0 below `least`; their sum. */
function weigh(count: i32, x: usize, most: f32, temperature: f32, least: f32, weights: usize): f64 {
  const largest = f32x4.splat(most);
  const temperatures = f32x4.splat(temperature);
  const floors = f32x4.splat(least);
  let total: f64 = 0;
  for (let i = 0; i < count; i += 4) {
    const whole = i + 4 <= count;
    const logit = whole ? v128.load(x) : loadTail(x, count - i, -Infinity);
    const weight = v128.andnot(exp4(f32x4.div(f32x4.sub(logit, largest), temperatures)), f32x4.lt(logit, floors));
    total += sumLanes(weight);
    if (whole) v128.store(weights, weight);
    else storeTail(weights, weight, count - i);
    x += 16;
    weights += 16;
  }
  return total;
}

/** The k-th largest of `count` numbers: a heap keeps the k largest, the least of them on top. */
function kthLargest(count: i32, x: usize, k: i32, heap: usize): f32 {
  memory.copy(heap, x, <usize>k << 2);
  for (let i = (k >> 1) - 1; i >= 0; i--) sink(heap, i, k);
  let at = x + (<usize>k << 2);
  let i = k;
  let top = f32x4.splat(load<f32>(heap));
  for (; i + 4 <= count; i += 4) {
    if (v128.any_true(f32x4.gt(v128.load(at), top))) {
      for (let lane: usize = 0; lane < 16; lane += 4) replaceLeast(heap, k, load<f32>(at + lane));
      top = f32x4.splat(load<f32>(heap));
    }
    at += 16;
  }
  for (; i < count; i++) {
    replaceLeast(heap, k, load<f32>(at));
    at += 4;
  }
  return load<f32>(heap);
}

function replaceLeast(heap: usize, size: i32, value: f32): void {
  if (value <= load<f32>(heap)) return;
  store<f32>(heap, value);
  sink(heap, 0, size);
}

function sink(heap: usize, at: i32, size: i32): void {
  const value = load<f32>(heap + (<usize>at << 2));
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && load<f32>(heap + (<usize>child << 2), 4) < load<f32>(heap + (<usize>child << 2))) child++;
    const least = load<f32>(heap + (<usize>child << 2));
    if (least >= value) break;
    store<f32>(heap + (<usize>at << 2), least);
    at = child;
  }
  store<f32>(heap + (<usize>at << 2), value);
}

/**
 * Lists the ids whose weight is at least `floor`, the heaviest first, of equal ones the lower id. What is lighter weighs
 * less than 1 - p of all together, so the others exceed p without it.
 */
function sortLikeliest(count: i32, weights: usize, floor: f32, list: usize): i32 {
  let kept = 0;
  for (let id = 0; id < count; id++) {
    const weight = load<f32>(weights + (<usize>id << 2));
    if (weight < floor || weight == 0) continue;
    store<i32>(list + (<usize>kept << 2), id);
    kept++;
  }
  // Heapsort with the last in the order on top.
  for (let i = (kept >> 1) - 1; i >= 0; i--) sinkId(weights, list, i, kept);
  for (let end = kept - 1; end > 0; end--) {
    const last = load<i32>(list + (<usize>end << 2));
    store<i32>(list + (<usize>end << 2), load<i32>(list));
    store<i32>(list, last);
    sinkId(weights, list, 0, end);
  }
  return kept;
}

/** Whether id a comes after id b. */
// @ts-ignore: decorator
@inline
function isAfter(weights: usize, a: i32, b: i32): bool {
  const ofA = load<f32>(weights + (<usize>a << 2));
  const ofB = load<f32>(weights + (<usize>b << 2));
  return ofA < ofB || (ofA == ofB && a > b);
}

function sinkId(weights: usize, list: usize, at: i32, size: i32): void {
  const id = load<i32>(list + (<usize>at << 2));
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    let later = load<i32>(list + (<usize>child << 2));
    if (child + 1 < size) {
      const sibling = load<i32>(list + (<usize>child << 2), 4);
      if (isAfter(weights, sibling, later)) {
        child++;
        later = sibling;
      }
    }
    if (!isAfter(weights, later, id)) break;
    store<i32>(list + (<usize>at << 2), later);
    at = child;
  }
  store<i32>(list + (<usize>at << 2), id);
}
