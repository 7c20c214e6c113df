/*
 * A spectrum of a real sequence of length L is kept as L/2 + 1 elements of 32 bytes, k = 0 … L/2: real part, then
 * imaginary part, each a vector of 4 lanes. Elements 0 and L/2 are real; their imaginary parts stay zero.
 */
const ELEMENT: usize = 32;

/** Spectra of 16 sequences of 8, of 4 sequences of 32, of one of 128: each lane for itself. */
const eights: usize = memory.data(16 * 5 * 32, 16);
const thirtyTwos: usize = memory.data(4 * 17 * 32, 16);
const lanes: usize = memory.data(65 * 32, 16);

/**
 * Twiddle factors e^{−2πi·r·k/4L} for r = 1, 2, 3, written by the host (src/dsp/fft-table.ts), 492 floats:
 *   L = 8, 32    for each k = 1 … L/2 − 1   3 × (re, im)
 *   L = 128      for each 4 of k = 1 … 64   3 × (re[4], im[4])
 */
const twiddles: usize = memory.data(492 << 2, 16);
const TWIDDLES_32: usize = 3 * 24;
const TWIDDLES_128: usize = TWIDDLES_32 + 15 * 24;

const SQRT_HALF: f32 = Mathf.SQRT1_2;

/** Byte offset of the twiddle table. */
export function twiddlesPtr(): usize {
  return twiddles;
}

/**
 * Power spectrum of a real frame.
 *
 *     P[k] = |Σ_{n=0}^{511} x[n]·e^{−2πi·k·n/512}|²       0 ≤ k ≤ 256
 *
 * Decimation in time, 512 = 8 · 4 · 4 · 4, in real arithmetic throughout: a spectrum of real numbers is known from
 * its lower half. The last factor is the lane: lane l of vector j holds x[4j + l], so the first three steps run on
 * four sequences of 128 at once and need no shuffles. Each later step joins four spectra S_r of length L:
 *
 *     X[k + q·L] = Σ_{r=0}^{3} (−i)^{q·r} · e^{−2πi·r·k/4L} · S_r[k]       X[4L − k] = X[k]*
 *
 * @param x     in, shape [512], 16-byte aligned, read only.
 * @param power out, shape [257]; overwritten.
 *
 * Allocates nothing. Each step holds at most 15 vectors at a time, so that none is spilled on x64.
 * Source: decimation in time for real sequences as in Sorensen, Jones, Heideman and Burrus 1987,
 * doi:10.1109/TASSP.1987.1165220.
 */
export function powerSpectrum(x: usize, power: usize): void {
  transformEights(x);
  join(eights, 5 * ELEMENT, 4, thirtyTwos, 8, twiddles);
  join(thirtyTwos, 17 * ELEMENT, 1, lanes, 32, twiddles + TWIDDLES_32);
  joinLanes(power);
}

/** Transforms the 16 sequences b of every 16th vector: x[16·a + b], a = 0 … 7. */
function transformEights(x: usize): void {
  const end = x + 256;
  const c = f32x4.splat(SQRT_HALF);
  for (let out = eights; x < end; x += 16, out += 5 * ELEMENT) {
    const x0 = v128.load(x);
    const x4 = v128.load(x, 1024);
    const x2 = v128.load(x, 512);
    const x6 = v128.load(x, 1536);
    const a0 = f32x4.add(x0, x4);
    const b0 = f32x4.sub(x0, x4);
    const a2 = f32x4.add(x2, x6);
    const b2 = f32x4.sub(x2, x6);
    const x1 = v128.load(x, 256);
    const x5 = v128.load(x, 1280);
    const x3 = v128.load(x, 768);
    const x7 = v128.load(x, 1792);
    const a1 = f32x4.add(x1, x5);
    const b1 = f32x4.sub(x1, x5);
    const a3 = f32x4.add(x3, x7);
    const b3 = f32x4.sub(x3, x7);
    const even = f32x4.add(a0, a2);
    const odd = f32x4.add(a1, a3);
    v128.store(out, f32x4.add(even, odd));
    v128.store(out, f32x4.sub(even, odd), 128);
    v128.store(out, f32x4.sub(a0, a2), 64);
    v128.store(out, f32x4.sub(a3, a1), 80);
    const p = f32x4.mul(c, f32x4.sub(b1, b3));
    const q = f32x4.mul(c, f32x4.add(b1, b3));
    v128.store(out, f32x4.add(b0, p), 32);
    v128.store(out, f32x4.sub(f32x4.splat(0), f32x4.add(b2, q)), 48);
    v128.store(out, f32x4.sub(b0, p), 96);
    v128.store(out, f32x4.sub(b2, q), 112);
  }
}

/**
 * Joins spectra of length L by fours into spectra of length 4L: number b from those numbered b + r·count.
 *
 * @param from   in, 4·count spectra, `stride` bytes apart.
 * @param count  spectra to make.
 * @param to     out, one behind the other.
 * @param length L, a multiple of 4.
 * @param w      twiddles for this L.
 */
function join(from: usize, stride: usize, count: usize, to: usize, length: usize, w: usize): void {
  const step = stride * count;
  const quarter = length * ELEMENT;
  const c = f32x4.splat(SQRT_HALF);
  for (const last = from + step; from < last; from += stride, to += 2 * quarter + ELEMENT) {
    let s0 = from;
    let s1 = from + step;
    let s2 = s1 + step;
    let s3 = s2 + step;

    // k = 0: four real numbers give X[0], X[L], X[2L].
    let a = v128.load(s0);
    let b = v128.load(s1);
    let d = v128.load(s3);
    let e = v128.load(s2);
    const even = f32x4.add(a, e);
    const odd = f32x4.add(b, d);
    v128.store(to, f32x4.add(even, odd));
    v128.store(to + 2 * quarter, f32x4.sub(even, odd));
    v128.store(to + quarter, f32x4.sub(a, e));
    v128.store(to + quarter, f32x4.sub(d, b), 16);

    let up = to;
    let down = to + quarter;
    const middle = s0 + (quarter >> 1);
    let factor = w;
    for (s0 += ELEMENT; s0 < middle; s0 += ELEMENT, factor += 24) {
      s1 += ELEMENT;
      s2 += ELEMENT;
      s3 += ELEMENT;
      up += ELEMENT;
      down -= ELEMENT;
      let re = v128.load(s2);
      let im = v128.load(s2, 16);
      let wRe = v128.load32_splat(factor, 8);
      let wIm = v128.load32_splat(factor, 12);
      const s2Re = f32x4.sub(f32x4.mul(re, wRe), f32x4.mul(im, wIm));
      const s2Im = f32x4.add(f32x4.mul(re, wIm), f32x4.mul(im, wRe));
      re = v128.load(s0);
      im = v128.load(s0, 16);
      const t0Re = f32x4.add(re, s2Re);
      const t0Im = f32x4.add(im, s2Im);
      const t1Re = f32x4.sub(re, s2Re);
      const t1Im = f32x4.sub(im, s2Im);
      re = v128.load(s1);
      im = v128.load(s1, 16);
      wRe = v128.load32_splat(factor);
      wIm = v128.load32_splat(factor, 4);
      const s1Re = f32x4.sub(f32x4.mul(re, wRe), f32x4.mul(im, wIm));
      const s1Im = f32x4.add(f32x4.mul(re, wIm), f32x4.mul(im, wRe));
      re = v128.load(s3);
      im = v128.load(s3, 16);
      wRe = v128.load32_splat(factor, 16);
      wIm = v128.load32_splat(factor, 20);
      const s3Re = f32x4.sub(f32x4.mul(re, wRe), f32x4.mul(im, wIm));
      const s3Im = f32x4.add(f32x4.mul(re, wIm), f32x4.mul(im, wRe));
      const t2Re = f32x4.add(s1Re, s3Re);
      const t2Im = f32x4.add(s1Im, s3Im);
      const t3Re = f32x4.sub(s1Re, s3Re);
      const t3Im = f32x4.sub(s1Im, s3Im);
      v128.store(up, f32x4.add(t0Re, t2Re));
      v128.store(up, f32x4.add(t0Im, t2Im), 16);
      v128.store(up + quarter, f32x4.add(t1Re, t3Im));
      v128.store(up + quarter, f32x4.sub(t1Im, t3Re), 16);
      v128.store(down + quarter, f32x4.sub(t0Re, t2Re));
      v128.store(down + quarter, f32x4.sub(t2Im, t0Im), 16);
      v128.store(down, f32x4.sub(t1Re, t3Im));
      v128.store(down, f32x4.sub(f32x4.sub(f32x4.splat(0), t1Im), t3Re), 16);
    }

    // k = L/2: four real numbers give X[L/2], X[3L/2].
    a = v128.load(middle);
    b = v128.load(s1, ELEMENT);
    e = v128.load(s2, ELEMENT);
    d = v128.load(s3, ELEMENT);
    const p = f32x4.mul(c, f32x4.sub(b, d));
    const q = f32x4.mul(c, f32x4.add(b, d));
    v128.store(up, f32x4.add(a, p), ELEMENT);
    v128.store(up, f32x4.sub(f32x4.sub(f32x4.splat(0), e), q), ELEMENT + 16);
    v128.store(up + quarter, f32x4.sub(a, p), ELEMENT);
    v128.store(up + quarter, f32x4.sub(e, q), ELEMENT + 16);
  }
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
  for (const end = lanes + 65 * ELEMENT; s < end; s += 4 * ELEMENT, w += 96, up += 16, down -= 16) {
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
