import { windowPtr } from './window';

/*
 * A spectrum of a real sequence of length L is kept as L/2 + 1 elements of 32 bytes, k = 0 … L/2: real part, then
 * imaginary part, each a vector of 4 lanes. Elements 0 and L/2 are real; their imaginary parts stay zero.
 */
const ELEMENT: usize = 32;

/** Step between the elements of a spectrum that stands abreast with three others. */
const ABREAST: usize = 4 * ELEMENT;
/** From X[k] to X[k + L] after a join, whatever L. */
const QUARTER: usize = 1024;

const SQRT_HALF: f32 = Mathf.SQRT1_2;

/**
 * Spectra of 16 sequences of 8, of 4 sequences of 32, of one of 128: each lane for itself. The four that are joined
 * next stand abreast: shape [4 joins][5 elements][4], then [17 elements][4], then [65 elements].
 */
const eights: usize = memory.data(4 * 5 * 128, 16);
const thirtyTwos: usize = memory.data(17 * 128, 16);
const lanes: usize = memory.data(65 * 32, 16);

/** √½ in each lane: a splat of a literal is rebuilt at each use. */
const sqrtHalf: usize = memory.data<f32>([SQRT_HALF, SQRT_HALF, SQRT_HALF, SQRT_HALF], 16);

/**
 * Twiddle factors e^{−2πi·r·k/4L} for r = 1, 2, 3, each as re[4], im[4]; written by the host (src/dsp/fft-table.ts):
 *   L = 8, 32    for each k = 1 … L/2 − 1, the same in all lanes
 *   L = 128      for each 4 of k = 1 … 64
 */
const TWIDDLE_STEP: usize = 96;
const twiddles: usize = memory.data(34 * 96, 16);
const TWIDDLES_32: usize = 3 * TWIDDLE_STEP;
const TWIDDLES_128: usize = TWIDDLES_32 + 15 * TWIDDLE_STEP;

let nVectors: usize = 0;

/** Byte offset of the twiddle table. */
export function twiddlesPtr(): usize {
  return twiddles;
}

/** @param frameLength samples, a multiple of 16, ≤ 512: the window is zero from there on. */
export function spectrumConfigure(frameLength: i32): void {
  nVectors = <usize>frameLength >> 2;
}

/**
 * Power spectrum of a windowed frame.
 *
 *     P[k] = |Σ_{n=0}^{511} (w[n]·e[n] − w[n]·offset)·e^{−2πi·k·n/512}|²       0 ≤ k ≤ 256
 *
 * Decimation in time, 512 = 8 · 4 · 4 · 4, in real arithmetic throughout: a spectrum of real numbers is known from
 * its lower half. The last factor is the lane: lane l of vector j holds sample 4j + l, so the first three steps run on
 * four sequences of 128 at once and need no shuffles. Each later step joins four spectra S_r of length L:
 *
 *     X[k + q·L] = Σ_{r=0}^{3} (−i)^{q·r} · e^{−2πi·r·k/4L} · S_r[k]       X[4L − k] = X[k]*
 *
 * @param e     in, shape [512], read only; finite beyond the frame too.
 * @param power out, shape [257]; overwritten.
 *
 * Allocates nothing. V8 moves all loads up to the store before them, so stores stand where more than 15 vectors would
 * else be held at a time, and spilled. What it costs: docs/adr/0009-one-frame-at-a-time.md.
 * Source: decimation in time for real sequences as in Sorensen, Jones, Heideman and Burrus 1987,
 * doi:10.1109/TASSP.1987.1165220.
 */
export function powerSpectrum(e: usize, offset: f32, power: usize): void {
  transformEights(e, offset);
  for (let b: usize = 0; b < 4; b++) {
    join(eights + b * 5 * ABREAST, thirtyTwos + b * ELEMENT, ABREAST, 8, twiddles);
  }
  join(thirtyTwos, lanes, ELEMENT, 32, twiddles + TWIDDLES_32);
  joinLanes(power);
}

/**
 * Windows the frame and transforms the 16 sequences i of every 16th vector, x[16·a + i], a = 0 … 7: number i is
 * r = ⌊i/4⌋ of join i mod 4. Of a frame of 400 samples only those of r = 0 have an a = 6, and none an a = 7.
 */
function transformEights(e: usize, offset: f32): void {
  for (let r: usize = 0; r < 4; r++) {
    const row = r << 6;
    const out = eights + r * ELEMENT;
    if (nVectors <= 96 + 4 * r) transformSixes(e + row, windowPtr() + row, offset, out);
    else transformRow(e + row, windowPtr() + row, offset, out);
  }
}

/** Four sequences, i = 4·r … 4·r + 3. */
function transformRow(e: usize, w: usize, offset: f32, out: usize): void {
  const o = f32x4.splat(offset);
  for (const end = e + 64; e < end; e += 16, w += 16, out += 5 * ABREAST) {
    const x0 = windowed(v128.load(e), v128.load(w), o);
    const x4 = windowed(v128.load(e, 1024), v128.load(w, 1024), o);
    const a0 = f32x4.add(x0, x4);
    const b0 = f32x4.sub(x0, x4);
    const x2 = windowed(v128.load(e, 512), v128.load(w, 512), o);
    const x6 = windowed(v128.load(e, 1536), v128.load(w, 1536), o);
    const a2 = f32x4.add(x2, x6);
    const b2 = f32x4.sub(x2, x6);
    const x1 = windowed(v128.load(e, 256), v128.load(w, 256), o);
    const x5 = windowed(v128.load(e, 1280), v128.load(w, 1280), o);
    const a1 = f32x4.add(x1, x5);
    const b1 = f32x4.sub(x1, x5);
    const x3 = windowed(v128.load(e, 768), v128.load(w, 768), o);
    const x7 = windowed(v128.load(e, 1792), v128.load(w, 1792), o);
    const a3 = f32x4.add(x3, x7);
    const b3 = f32x4.sub(x3, x7);
    storeEight(out, a0, a1, a2, a3, b0, b1, b2, b3);
  }
}

/** As `transformRow`, where x[6] and x[7] are zero. */
function transformSixes(e: usize, w: usize, offset: f32, out: usize): void {
  const o = f32x4.splat(offset);
  for (const end = e + 64; e < end; e += 16, w += 16, out += 5 * ABREAST) {
    const x0 = windowed(v128.load(e), v128.load(w), o);
    const x4 = windowed(v128.load(e, 1024), v128.load(w, 1024), o);
    const a0 = f32x4.add(x0, x4);
    const b0 = f32x4.sub(x0, x4);
    const x2 = windowed(v128.load(e, 512), v128.load(w, 512), o);
    const x1 = windowed(v128.load(e, 256), v128.load(w, 256), o);
    const x5 = windowed(v128.load(e, 1280), v128.load(w, 1280), o);
    const a1 = f32x4.add(x1, x5);
    const b1 = f32x4.sub(x1, x5);
    const x3 = windowed(v128.load(e, 768), v128.load(w, 768), o);
    storeEight(out, a0, a1, x2, x3, b0, b1, x2, x3);
  }
}

/**
 * w·e − w·offset: taken off after the window, since e − offset would round all e of one size to the same side, which
 * is an error of low frequency.
 */
function windowed(e: v128, w: v128, offset: v128): v128 {
  return f32x4.sub(f32x4.mul(w, e), f32x4.mul(w, offset));
}

/** X[0 … 4] from a_j = x[j] + x[j+4] and b_j = x[j] − x[j+4]. */
function storeEight(
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
  const even = f32x4.add(a0, a2);
  const odd = f32x4.add(a1, a3);
  v128.store(out, f32x4.add(even, odd));
  v128.store(out, f32x4.sub(even, odd), 512);
  v128.store(out, f32x4.sub(a0, a2), 256);
  v128.store(out, f32x4.sub(a3, a1), 272);
  const half = v128.load(sqrtHalf);
  const p = f32x4.mul(half, f32x4.sub(b1, b3));
  const q = f32x4.mul(half, f32x4.add(b1, b3));
  v128.store(out, f32x4.add(b0, p), 128);
  v128.store(out, f32x4.sub(f32x4.sub(f32x4.splat(0), b2), q), 144);
  v128.store(out, f32x4.sub(b0, p), 384);
  v128.store(out, f32x4.sub(b2, q), 400);
}

/**
 * Joins four spectra of length L to one of length 4L.
 *
 * @param s      in, shape [L/2 + 1][4].
 * @param to     out, shape [2L + 1], its elements `step` bytes apart: L · step = QUARTER.
 * @param length L, a multiple of 4.
 * @param w      twiddles for this L.
 */
function join(s: usize, to: usize, step: usize, length: usize, w: usize): void {
  // k = 0: four real numbers give X[0], X[L], X[2L].
  let a = v128.load(s);
  let b = v128.load(s, 32);
  let e = v128.load(s, 64);
  let d = v128.load(s, 96);
  const even = f32x4.add(a, e);
  const odd = f32x4.add(b, d);
  v128.store(to, f32x4.add(even, odd));
  v128.store(to, f32x4.sub(even, odd), 2 * QUARTER);
  v128.store(to, f32x4.sub(a, e), QUARTER);
  v128.store(to, f32x4.sub(d, b), QUARTER + 16);

  const middle = s + (length >> 1) * ABREAST;
  let up = to + step;
  let down = to + QUARTER - step;
  for (s += ABREAST; s < middle; s += ABREAST, w += TWIDDLE_STEP, up += step, down -= step) {
    let re = v128.load(s, 64);
    let im = v128.load(s, 80);
    let wRe = v128.load(w, 32);
    let wIm = v128.load(w, 48);
    const s2Re = f32x4.sub(f32x4.mul(re, wRe), f32x4.mul(im, wIm));
    const s2Im = f32x4.add(f32x4.mul(re, wIm), f32x4.mul(im, wRe));
    const s0Re = v128.load(s);
    const s0Im = v128.load(s, 16);
    v128.store(up, f32x4.add(s0Re, s2Re));
    v128.store(up, f32x4.add(s0Im, s2Im), 16);
    const t1Re = f32x4.sub(s0Re, s2Re);
    const t1Im = f32x4.sub(s0Im, s2Im);

    re = v128.load(s, 32);
    im = v128.load(s, 48);
    wRe = v128.load(w);
    wIm = v128.load(w, 16);
    const s1Re = f32x4.sub(f32x4.mul(re, wRe), f32x4.mul(im, wIm));
    const s1Im = f32x4.add(f32x4.mul(re, wIm), f32x4.mul(im, wRe));
    re = v128.load(s, 96);
    im = v128.load(s, 112);
    wRe = v128.load(w, 64);
    wIm = v128.load(w, 80);
    const s3Re = f32x4.sub(f32x4.mul(re, wRe), f32x4.mul(im, wIm));
    const s3Im = f32x4.add(f32x4.mul(re, wIm), f32x4.mul(im, wRe));
    const t3Re = f32x4.sub(s1Re, s3Re);
    const t3Im = f32x4.sub(s1Im, s3Im);
    v128.store(up, f32x4.add(t1Re, t3Im), QUARTER);
    v128.store(up, f32x4.sub(t1Im, t3Re), QUARTER + 16);
    v128.store(down, f32x4.sub(t1Re, t3Im));
    v128.store(down, f32x4.sub(f32x4.sub(s2Im, s0Im), t3Re), 16);

    const t0Re = v128.load(up);
    const t0Im = v128.load(up, 16);
    const t2Re = f32x4.add(s1Re, s3Re);
    const t2Im = f32x4.add(s1Im, s3Im);
    v128.store(up, f32x4.add(t0Re, t2Re));
    v128.store(up, f32x4.add(t0Im, t2Im), 16);
    v128.store(down, f32x4.sub(t0Re, t2Re), QUARTER);
    v128.store(down, f32x4.sub(t2Im, t0Im), QUARTER + 16);
  }

  // k = L/2: four real numbers give X[L/2], X[3L/2].
  a = v128.load(s);
  b = v128.load(s, 32);
  e = v128.load(s, 64);
  d = v128.load(s, 96);
  const c = v128.load(sqrtHalf);
  const p = f32x4.mul(c, f32x4.sub(b, d));
  const q = f32x4.mul(c, f32x4.add(b, d));
  v128.store(up, f32x4.add(a, p));
  v128.store(up, f32x4.sub(f32x4.sub(f32x4.splat(0), e), q), 16);
  v128.store(up, f32x4.sub(a, p), QUARTER);
  v128.store(up, f32x4.sub(e, q), QUARTER + 16);
}

/** Joins the four lanes, L = 128, and takes the power; a step turns 4 elements of 4 lanes to 4 vectors over k. */
function joinLanes(power: usize): void {
  const a = f32.load(lanes);
  const b = f32.load(lanes, 4);
  const c = f32.load(lanes, 8);
  const d = f32.load(lanes, 12);
  const even = a + c;
  const odd = b + d;
  f32.store(power, (even + odd) * (even + odd));
  f32.store(power, (a - c) * (a - c) + (b - d) * (b - d), 512);
  f32.store(power, (even - odd) * (even - odd), 1024);

  let s = lanes + ELEMENT;
  let w = twiddles + TWIDDLES_128;
  let up = power + 4;
  let down = power + 496;
  for (const end = lanes + 65 * ELEMENT; s < end; s += 4 * ELEMENT, w += TWIDDLE_STEP, up += 16, down -= 16) {
    let k0 = v128.load(s);
    let k1 = v128.load(s, 32);
    let k2 = v128.load(s, 64);
    let k3 = v128.load(s, 96);
    let k01 = v128.shuffle<f32>(k0, k1, 0, 4, 1, 5);
    let k23 = v128.shuffle<f32>(k2, k3, 0, 4, 1, 5);
    const s0Re = v128.shuffle<i64>(k01, k23, 0, 2);
    const r1Re = v128.shuffle<i64>(k01, k23, 1, 3);
    k01 = v128.shuffle<f32>(k0, k1, 2, 6, 3, 7);
    k23 = v128.shuffle<f32>(k2, k3, 2, 6, 3, 7);
    const r2Re = v128.shuffle<i64>(k01, k23, 0, 2);
    const r3Re = v128.shuffle<i64>(k01, k23, 1, 3);
    k0 = v128.load(s, 16);
    k1 = v128.load(s, 48);
    k2 = v128.load(s, 80);
    k3 = v128.load(s, 112);
    k01 = v128.shuffle<f32>(k0, k1, 0, 4, 1, 5);
    k23 = v128.shuffle<f32>(k2, k3, 0, 4, 1, 5);
    const s0Im = v128.shuffle<i64>(k01, k23, 0, 2);
    const r1Im = v128.shuffle<i64>(k01, k23, 1, 3);
    k01 = v128.shuffle<f32>(k0, k1, 2, 6, 3, 7);
    k23 = v128.shuffle<f32>(k2, k3, 2, 6, 3, 7);
    const r2Im = v128.shuffle<i64>(k01, k23, 0, 2);
    const r3Im = v128.shuffle<i64>(k01, k23, 1, 3);

    let wRe = v128.load(w, 32);
    let wIm = v128.load(w, 48);
    const s2Re = f32x4.sub(f32x4.mul(r2Re, wRe), f32x4.mul(r2Im, wIm));
    const s2Im = f32x4.add(f32x4.mul(r2Re, wIm), f32x4.mul(r2Im, wRe));
    const t0Re = f32x4.add(s0Re, s2Re);
    const t0Im = f32x4.add(s0Im, s2Im);
    const t1Re = f32x4.sub(s0Re, s2Re);
    const t1Im = f32x4.sub(s0Im, s2Im);
    wRe = v128.load(w);
    wIm = v128.load(w, 16);
    const s1Re = f32x4.sub(f32x4.mul(r1Re, wRe), f32x4.mul(r1Im, wIm));
    const s1Im = f32x4.add(f32x4.mul(r1Re, wIm), f32x4.mul(r1Im, wRe));
    wRe = v128.load(w, 64);
    wIm = v128.load(w, 80);
    const s3Re = f32x4.sub(f32x4.mul(r3Re, wRe), f32x4.mul(r3Im, wIm));
    const s3Im = f32x4.add(f32x4.mul(r3Re, wIm), f32x4.mul(r3Im, wRe));
    const t2Re = f32x4.add(s1Re, s3Re);
    const t2Im = f32x4.add(s1Im, s3Im);
    const t3Re = f32x4.sub(s1Re, s3Re);
    const t3Im = f32x4.sub(s1Im, s3Im);

    v128.store(up, squared(f32x4.add(t0Re, t2Re), f32x4.add(t0Im, t2Im)));
    v128.store(up, squared(f32x4.add(t1Re, t3Im), f32x4.sub(t1Im, t3Re)), 512);
    const high = squared(f32x4.sub(t0Re, t2Re), f32x4.sub(t0Im, t2Im));
    const low = squared(f32x4.sub(t1Re, t3Im), f32x4.add(t1Im, t3Re));
    v128.store(down, v128.shuffle<f32>(high, high, 3, 2, 1, 0), 512);
    v128.store(down, v128.shuffle<f32>(low, low, 3, 2, 1, 0));
  }
}

/** re² + im². */
function squared(re: v128, im: v128): v128 {
  return f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im));
}
