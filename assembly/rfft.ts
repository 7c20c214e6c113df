/*
 * Written once for both precisions: T is f32 or f64, of which a vector holds 4 or 2.
 *
 * A spectrum of a real sequence of length L is kept as L/2 + 1 elements of 32 bytes, k = 0 … L/2: real part, then
 * imaginary part, each a vector. Elements 0 and L/2 are real; their imaginary parts stay zero.
 */
const ELEMENT: usize = 32;

/** Step between the elements of a spectrum that stands abreast with three others. */
const ABREAST: usize = 4 * ELEMENT;
/** From X[k] to X[k + L] after a join, whatever L. */
const QUARTER: usize = 1024;

/**
 * Spectra of 16 sequences of 8, of 4 sequences of 32, of one of 128: each lane for itself. The four that are joined
 * next stand abreast: shape [4 joins][5 elements][4], then [17 elements][4], then [65 elements]; the last for two
 * vectors of lanes, as four f64 need.
 */
const eights: usize = memory.data(4 * 5 * 128, 16);
const thirtyTwos: usize = memory.data(17 * 128, 16);
const LANES_BYTES: usize = 65 * 32;
const lanes: usize = memory.data(2 * 65 * 32, 16);

/** √½ in each lane: a splat of a literal is rebuilt at each use. */
const sqrtHalves: usize = memory.data<f32>([Mathf.SQRT1_2, Mathf.SQRT1_2, Mathf.SQRT1_2, Mathf.SQRT1_2], 16);
const exactSqrtHalves: usize = memory.data<f64>([Math.SQRT1_2, Math.SQRT1_2], 16);

/**
 * Twiddle factors e^{−2πi·r·k/4L} for r = 1, 2, 3, each as a vector of real and one of imaginary parts; written by the
 * host (src/dsp/fft-table.ts):
 *   L = 8, 32    for each k = 1 … L/2 − 1, the same in all lanes
 *   L = 128      for each 4 of k = 1 … 64, or each 2
 */
const TWIDDLE_STEP: usize = 96;
const twiddles: usize = memory.data(34 * 96, 16);
const exactTwiddles: usize = memory.data(50 * 96, 16);
const TWIDDLES_32: usize = 3 * TWIDDLE_STEP;
const TWIDDLES_128: usize = TWIDDLES_32 + 15 * TWIDDLE_STEP;

let nVectors: usize = 0;

/** Byte offsets of the twiddle tables, in f32 and in f64. */
export function twiddlesPtr(): usize {
  return twiddles;
}
export function exactTwiddlesPtr(): usize {
  return exactTwiddles;
}

/** @param frameLength samples, a multiple of 16, ≤ 512: the window is zero from there on. */
export function spectrumConfigure(frameLength: i32): void {
  nVectors = <usize>frameLength >> 2;
}

/**
 * Power spectrum of a windowed frame, computed in T.
 *
 *     P[k] = |Σ_{n=0}^{511} (w[n]·e[n] − w[n]·offset)·e^{−2πi·k·n/512}|²       0 ≤ k ≤ 256
 *
 * Decimation in time, 512 = 8 · 4 · 4 · 4, in real arithmetic throughout: a spectrum of real numbers is known from
 * its lower half. The last factor is the lane: lane l of vector j holds sample 4j + l, so the first three steps run on
 * four sequences of 128 at once (in f64 on two and two) and need no shuffles. Each later step joins four spectra S_r
 * of length L:
 *
 *     X[k + q·L] = Σ_{r=0}^{3} (−i)^{q·r} · e^{−2πi·r·k/4L} · S_r[k]       X[4L − k] = X[k]*
 *
 * @param e      in, shape [512] of T, read only; finite beyond the frame too.
 * @param w      in, the window, shape [512] of T, read only.
 * @param power  out, shape [257] of f32; overwritten.
 *
 * Allocates nothing. V8 moves all loads up to the store before them, so stores stand where more than 15 vectors would
 * else be held at a time, and spilled. What it costs: docs/adr/0009-one-frame-at-a-time.md.
 * Source: decimation in time for real sequences as in Sorensen, Jones, Heideman and Burrus 1987,
 * doi:10.1109/TASSP.1987.1165220.
 */
export function powerSpectrum<T>(e: usize, w: usize, offset: T, power: usize): void {
  const table = sizeof<T>() == 4 ? twiddles : exactTwiddles;
  for (let half: usize = 0; half < sizeof<T>() >> 2; half++) {
    transformEights<T>(e + (half << 4), w + (half << 4), offset);
    for (let b: usize = 0; b < 4; b++) {
      join<T>(eights + b * 5 * ABREAST, thirtyTwos + b * ELEMENT, ABREAST, 8, table);
    }
    join<T>(thirtyTwos, lanes + half * LANES_BYTES, ELEMENT, 32, table + TWIDDLES_32);
  }
  joinLanes<T>(power, table + TWIDDLES_128);
}

/**
 * Windows the frame and transforms the 16 sequences i of every 16th vector, x[16·a + i], a = 0 … 7: number i is
 * r = ⌊i/4⌋ of join i mod 4. Of a frame of 400 samples only those of r = 0 have an a = 6, and none an a = 7.
 */
function transformEights<T>(e: usize, w: usize, offset: T): void {
  const o = v128.splat<T>(offset);
  for (let r: usize = 0; r < 4; r++) {
    const row = r * 16 * sizeof<T>();
    const out = eights + r * ELEMENT;
    if (nVectors <= 96 + 4 * r) transformSixes<T>(e + row, w + row, o, out);
    else transformRow<T>(e + row, w + row, o, out);
  }
}

/** Four sequences, i = 4·r … 4·r + 3. */
function transformRow<T>(e: usize, w: usize, o: v128, out: usize): void {
  for (
    const end = e + 16 * sizeof<T>();
    e < end;
    e += 4 * sizeof<T>(), w += 4 * sizeof<T>(), out += 5 * ABREAST
  ) {
    const x0 = windowed<T>(v128.load(e), v128.load(w), o);
    const x4 = windowed<T>(v128.load(e, 256 * sizeof<T>()), v128.load(w, 256 * sizeof<T>()), o);
    const a0 = v128.add<T>(x0, x4);
    const b0 = v128.sub<T>(x0, x4);
    const x2 = windowed<T>(v128.load(e, 128 * sizeof<T>()), v128.load(w, 128 * sizeof<T>()), o);
    const x6 = windowed<T>(v128.load(e, 384 * sizeof<T>()), v128.load(w, 384 * sizeof<T>()), o);
    const a2 = v128.add<T>(x2, x6);
    const b2 = v128.sub<T>(x2, x6);
    const x1 = windowed<T>(v128.load(e, 64 * sizeof<T>()), v128.load(w, 64 * sizeof<T>()), o);
    const x5 = windowed<T>(v128.load(e, 320 * sizeof<T>()), v128.load(w, 320 * sizeof<T>()), o);
    const a1 = v128.add<T>(x1, x5);
    const b1 = v128.sub<T>(x1, x5);
    const x3 = windowed<T>(v128.load(e, 192 * sizeof<T>()), v128.load(w, 192 * sizeof<T>()), o);
    const x7 = windowed<T>(v128.load(e, 448 * sizeof<T>()), v128.load(w, 448 * sizeof<T>()), o);
    const a3 = v128.add<T>(x3, x7);
    const b3 = v128.sub<T>(x3, x7);
    storeEight<T>(out, a0, a1, a2, a3, b0, b1, b2, b3);
  }
}

/** As `transformRow`, where x[6] and x[7] are zero. */
function transformSixes<T>(e: usize, w: usize, o: v128, out: usize): void {
  for (
    const end = e + 16 * sizeof<T>();
    e < end;
    e += 4 * sizeof<T>(), w += 4 * sizeof<T>(), out += 5 * ABREAST
  ) {
    const x0 = windowed<T>(v128.load(e), v128.load(w), o);
    const x4 = windowed<T>(v128.load(e, 256 * sizeof<T>()), v128.load(w, 256 * sizeof<T>()), o);
    const a0 = v128.add<T>(x0, x4);
    const b0 = v128.sub<T>(x0, x4);
    const x2 = windowed<T>(v128.load(e, 128 * sizeof<T>()), v128.load(w, 128 * sizeof<T>()), o);
    const x1 = windowed<T>(v128.load(e, 64 * sizeof<T>()), v128.load(w, 64 * sizeof<T>()), o);
    const x5 = windowed<T>(v128.load(e, 320 * sizeof<T>()), v128.load(w, 320 * sizeof<T>()), o);
    const a1 = v128.add<T>(x1, x5);
    const b1 = v128.sub<T>(x1, x5);
    const x3 = windowed<T>(v128.load(e, 192 * sizeof<T>()), v128.load(w, 192 * sizeof<T>()), o);
    storeEight<T>(out, a0, a1, x2, x3, b0, b1, x2, x3);
  }
}

/**
 * w·e − w·offset: in f32 taken off after the window, since e − offset would round all e of one size to the same side,
 * which is an error of low frequency.
 */
function windowed<T>(e: v128, w: v128, offset: v128): v128 {
  if (sizeof<T>() == 8) return v128.mul<T>(w, v128.sub<T>(e, offset));
  return v128.sub<T>(v128.mul<T>(w, e), v128.mul<T>(w, offset));
}

/** X[0 … 4] from a_j = x[j] + x[j+4] and b_j = x[j] − x[j+4]. */
function storeEight<T>(
  out: usize,
  a0: v128,
  a1: v128,
  a2: v128,
  a3: v128,
  b0: v128,
  b1: v128,
  b2: v128,
  b3: v128,
): void {
  const even = v128.add<T>(a0, a2);
  const odd = v128.add<T>(a1, a3);
  v128.store(out, v128.add<T>(even, odd));
  v128.store(out, v128.sub<T>(even, odd), 512);
  v128.store(out, v128.sub<T>(a0, a2), 256);
  v128.store(out, v128.sub<T>(a3, a1), 272);
  const half = v128.load(sizeof<T>() == 4 ? sqrtHalves : exactSqrtHalves);
  const p = v128.mul<T>(half, v128.sub<T>(b1, b3));
  const q = v128.mul<T>(half, v128.add<T>(b1, b3));
  v128.store(out, v128.add<T>(b0, p), 128);
  v128.store(out, v128.sub<T>(v128.sub<T>(v128.splat<T>(<T>0), b2), q), 144);
  v128.store(out, v128.sub<T>(b0, p), 384);
  v128.store(out, v128.sub<T>(b2, q), 400);
}

/**
 * Joins four spectra of length L to one of length 4L.
 *
 * @param s      in, shape [L/2 + 1][4].
 * @param to     out, shape [2L + 1], its elements `step` bytes apart: L · step = QUARTER.
 * @param length L, a multiple of 4.
 * @param w      twiddles for this L.
 */
function join<T>(s: usize, to: usize, step: usize, length: usize, w: usize): void {
  // k = 0: four real numbers give X[0], X[L], X[2L].
  let a = v128.load(s);
  let b = v128.load(s, 32);
  let e = v128.load(s, 64);
  let d = v128.load(s, 96);
  const even = v128.add<T>(a, e);
  const odd = v128.add<T>(b, d);
  v128.store(to, v128.add<T>(even, odd));
  v128.store(to, v128.sub<T>(even, odd), 2 * QUARTER);
  v128.store(to, v128.sub<T>(a, e), QUARTER);
  v128.store(to, v128.sub<T>(d, b), QUARTER + 16);

  const middle = s + (length >> 1) * ABREAST;
  let up = to + step;
  let down = to + QUARTER - step;
  for (s += ABREAST; s < middle; s += ABREAST, w += TWIDDLE_STEP, up += step, down -= step) {
    let re = v128.load(s, 64);
    let im = v128.load(s, 80);
    let wRe = v128.load(w, 32);
    let wIm = v128.load(w, 48);
    const s2Re = v128.sub<T>(v128.mul<T>(re, wRe), v128.mul<T>(im, wIm));
    const s2Im = v128.add<T>(v128.mul<T>(re, wIm), v128.mul<T>(im, wRe));
    const s0Re = v128.load(s);
    const s0Im = v128.load(s, 16);
    v128.store(up, v128.add<T>(s0Re, s2Re));
    v128.store(up, v128.add<T>(s0Im, s2Im), 16);
    const t1Re = v128.sub<T>(s0Re, s2Re);
    const t1Im = v128.sub<T>(s0Im, s2Im);

    re = v128.load(s, 32);
    im = v128.load(s, 48);
    wRe = v128.load(w);
    wIm = v128.load(w, 16);
    const s1Re = v128.sub<T>(v128.mul<T>(re, wRe), v128.mul<T>(im, wIm));
    const s1Im = v128.add<T>(v128.mul<T>(re, wIm), v128.mul<T>(im, wRe));
    re = v128.load(s, 96);
    im = v128.load(s, 112);
    wRe = v128.load(w, 64);
    wIm = v128.load(w, 80);
    const s3Re = v128.sub<T>(v128.mul<T>(re, wRe), v128.mul<T>(im, wIm));
    const s3Im = v128.add<T>(v128.mul<T>(re, wIm), v128.mul<T>(im, wRe));
    const t3Re = v128.sub<T>(s1Re, s3Re);
    const t3Im = v128.sub<T>(s1Im, s3Im);
    v128.store(up, v128.add<T>(t1Re, t3Im), QUARTER);
    v128.store(up, v128.sub<T>(t1Im, t3Re), QUARTER + 16);
    v128.store(down, v128.sub<T>(t1Re, t3Im));
    v128.store(down, v128.sub<T>(v128.sub<T>(s2Im, s0Im), t3Re), 16);

    const t0Re = v128.load(up);
    const t0Im = v128.load(up, 16);
    const t2Re = v128.add<T>(s1Re, s3Re);
    const t2Im = v128.add<T>(s1Im, s3Im);
    v128.store(up, v128.add<T>(t0Re, t2Re));
    v128.store(up, v128.add<T>(t0Im, t2Im), 16);
    v128.store(down, v128.sub<T>(t0Re, t2Re), QUARTER);
    v128.store(down, v128.sub<T>(t2Im, t0Im), QUARTER + 16);
  }

  // k = L/2: four real numbers give X[L/2], X[3L/2].
  a = v128.load(s);
  b = v128.load(s, 32);
  e = v128.load(s, 64);
  d = v128.load(s, 96);
  const c = v128.load(sizeof<T>() == 4 ? sqrtHalves : exactSqrtHalves);
  const p = v128.mul<T>(c, v128.sub<T>(b, d));
  const q = v128.mul<T>(c, v128.add<T>(b, d));
  v128.store(up, v128.add<T>(a, p));
  v128.store(up, v128.sub<T>(v128.sub<T>(v128.splat<T>(<T>0), e), q), 16);
  v128.store(up, v128.sub<T>(a, p), QUARTER);
  v128.store(up, v128.sub<T>(e, q), QUARTER + 16);
}

/**
 * Joins the four lanes, L = 128, and takes the power; a step turns as many elements as a vector has lanes to vectors
 * over k.
 */
function joinLanes<T>(power: usize, w: usize): void {
  const size = sizeof<T>();
  const upper = size == 4 ? lanes + 8 : lanes + LANES_BYTES;
  const a = load<T>(lanes);
  const b = load<T>(lanes, sizeof<T>());
  const c = load<T>(upper);
  const d = load<T>(upper, sizeof<T>());
  const even = a + c;
  const odd = b + d;
  f32.store(power, <f32>((even + odd) * (even + odd)));
  f32.store(power, <f32>((a - c) * (a - c) + (b - d) * (b - d)), 512);
  f32.store(power, <f32>((even - odd) * (even - odd)), 1024);

  let s = lanes + ELEMENT;
  let up = power + 4;
  let down = power + (size == 4 ? 496 : 504);
  const end = lanes + LANES_BYTES;
  const step: usize = 64 / size;
  for (; s < end; s += ELEMENT * (16 / size), w += TWIDDLE_STEP, up += step, down -= step) {
    let s0Re: v128;
    let r1Re: v128;
    let r2Re: v128;
    let r3Re: v128;
    let s0Im: v128;
    let r1Im: v128;
    let r2Im: v128;
    let r3Im: v128;
    if (sizeof<T>() == 4) {
      let k0 = v128.load(s);
      let k1 = v128.load(s, 32);
      let k2 = v128.load(s, 64);
      let k3 = v128.load(s, 96);
      let k01 = v128.shuffle<f32>(k0, k1, 0, 4, 1, 5);
      let k23 = v128.shuffle<f32>(k2, k3, 0, 4, 1, 5);
      s0Re = v128.shuffle<i64>(k01, k23, 0, 2);
      r1Re = v128.shuffle<i64>(k01, k23, 1, 3);
      k01 = v128.shuffle<f32>(k0, k1, 2, 6, 3, 7);
      k23 = v128.shuffle<f32>(k2, k3, 2, 6, 3, 7);
      r2Re = v128.shuffle<i64>(k01, k23, 0, 2);
      r3Re = v128.shuffle<i64>(k01, k23, 1, 3);
      k0 = v128.load(s, 16);
      k1 = v128.load(s, 48);
      k2 = v128.load(s, 80);
      k3 = v128.load(s, 112);
      k01 = v128.shuffle<f32>(k0, k1, 0, 4, 1, 5);
      k23 = v128.shuffle<f32>(k2, k3, 0, 4, 1, 5);
      s0Im = v128.shuffle<i64>(k01, k23, 0, 2);
      r1Im = v128.shuffle<i64>(k01, k23, 1, 3);
      k01 = v128.shuffle<f32>(k0, k1, 2, 6, 3, 7);
      k23 = v128.shuffle<f32>(k2, k3, 2, 6, 3, 7);
      r2Im = v128.shuffle<i64>(k01, k23, 0, 2);
      r3Im = v128.shuffle<i64>(k01, k23, 1, 3);
    } else {
      s0Re = v128.shuffle<i64>(v128.load(s), v128.load(s, 32), 0, 2);
      r1Re = v128.shuffle<i64>(v128.load(s), v128.load(s, 32), 1, 3);
      s0Im = v128.shuffle<i64>(v128.load(s, 16), v128.load(s, 48), 0, 2);
      r1Im = v128.shuffle<i64>(v128.load(s, 16), v128.load(s, 48), 1, 3);
      r2Re = v128.shuffle<i64>(v128.load(s, 2080), v128.load(s, 2112), 0, 2);
      r3Re = v128.shuffle<i64>(v128.load(s, 2080), v128.load(s, 2112), 1, 3);
      r2Im = v128.shuffle<i64>(v128.load(s, 2096), v128.load(s, 2128), 0, 2);
      r3Im = v128.shuffle<i64>(v128.load(s, 2096), v128.load(s, 2128), 1, 3);
    }

    let wRe = v128.load(w, 32);
    let wIm = v128.load(w, 48);
    const s2Re = v128.sub<T>(v128.mul<T>(r2Re, wRe), v128.mul<T>(r2Im, wIm));
    const s2Im = v128.add<T>(v128.mul<T>(r2Re, wIm), v128.mul<T>(r2Im, wRe));
    const t0Re = v128.add<T>(s0Re, s2Re);
    const t0Im = v128.add<T>(s0Im, s2Im);
    const t1Re = v128.sub<T>(s0Re, s2Re);
    const t1Im = v128.sub<T>(s0Im, s2Im);
    wRe = v128.load(w);
    wIm = v128.load(w, 16);
    const s1Re = v128.sub<T>(v128.mul<T>(r1Re, wRe), v128.mul<T>(r1Im, wIm));
    const s1Im = v128.add<T>(v128.mul<T>(r1Re, wIm), v128.mul<T>(r1Im, wRe));
    wRe = v128.load(w, 64);
    wIm = v128.load(w, 80);
    const s3Re = v128.sub<T>(v128.mul<T>(r3Re, wRe), v128.mul<T>(r3Im, wIm));
    const s3Im = v128.add<T>(v128.mul<T>(r3Re, wIm), v128.mul<T>(r3Im, wRe));
    const t2Re = v128.add<T>(s1Re, s3Re);
    const t2Im = v128.add<T>(s1Im, s3Im);
    const t3Re = v128.sub<T>(s1Re, s3Re);
    const t3Im = v128.sub<T>(s1Im, s3Im);

    storeUp<T>(up, squared<T>(v128.add<T>(t0Re, t2Re), v128.add<T>(t0Im, t2Im)));
    storeUp<T>(up + 512, squared<T>(v128.add<T>(t1Re, t3Im), v128.sub<T>(t1Im, t3Re)));
    const high = squared<T>(v128.sub<T>(t0Re, t2Re), v128.sub<T>(t0Im, t2Im));
    const low = squared<T>(v128.sub<T>(t1Re, t3Im), v128.add<T>(t1Im, t3Re));
    storeDown<T>(down + 512, high);
    storeDown<T>(down, low);
  }
}

/** re² + im². */
function squared<T>(re: v128, im: v128): v128 {
  return v128.add<T>(v128.mul<T>(re, re), v128.mul<T>(im, im));
}

/** Stores a vector's powers as f32, in its order or turned round. */
function storeUp<T>(to: usize, power: v128): void {
  if (sizeof<T>() == 4) v128.store(to, power);
  else v128.store64_lane(to, f32x4.demote_f64x2_zero(power), 0);
}
function storeDown<T>(to: usize, power: v128): void {
  if (sizeof<T>() == 4) v128.store(to, v128.shuffle<f32>(power, power, 3, 2, 1, 0));
  else storeUp<T>(to, v128.shuffle<i64>(power, power, 1, 0));
}
