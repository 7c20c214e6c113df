/**
 * Constants, each four times, since a splat of a literal is rebuilt at every use:
 * ln(1 + f) ≈ f + f²·(c0 + c1·f + … + c6·f⁶) for f in [√½ − 1, √2 − 1], |error| ≤ 3.7e-8, fitted by Lawson's
 * algorithm (weighted least squares, iterated to the minimax) on 4,000 Chebyshev points in float64.
 * LN2_HIGH has 9 bits, so that an exponent times it is exact.
 */
const C0: usize = 0;
const C1: usize = 16;
const C2: usize = 32;
const C3: usize = 48;
const C4: usize = 64;
const C5: usize = 80;
const C6: usize = 96;
const ONE: usize = 112;
const LN2_HIGH: usize = 128;
const LN2_LOW: usize = 144;
const constants: usize = memory.data<f32>(
  [
    -0.5000058437908793, -0.5000058437908793, -0.5000058437908793, -0.5000058437908793, 0.33335261381200815,
    0.33335261381200815, 0.33335261381200815, 0.33335261381200815, -0.24961465194716148, -0.24961465194716148,
    -0.24961465194716148, -0.24961465194716148, 0.1988827753958625, 0.1988827753958625, 0.1988827753958625,
    0.1988827753958625, -0.1732599476628323, -0.1732599476628323, -0.1732599476628323, -0.1732599476628323,
    0.16335641147702967, 0.16335641147702967, 0.16335641147702967, 0.16335641147702967, -0.10034613310816874,
    -0.10034613310816874, -0.10034613310816874, -0.10034613310816874, 1, 1, 1, 1, 0.693359375, 0.693359375,
    0.693359375, 0.693359375, -0.00021219444005469057, -0.00021219444005469057, -0.00021219444005469057,
    -0.00021219444005469057,
  ],
  16,
);

/** Bits of √½ in float32: subtracting them moves the cut between two exponents from 1 to √½. */
const SQRT_HALF_BITS: i32 = 0x3f3504f3;

/**
 * Floored logarithm, in place:  x[i] = scale · ln(max(x[i], floor)).
 *
 *     x = 2^e·(1 + f),  ln x = e·ln 2 + ln(1 + f),  √½ ≤ 1 + f < √2
 *
 * The polynomial is summed in pairs (Estrin), so that few steps wait for each other.
 *
 * @param x     in and out, shape [nVectors × 4], 16-byte aligned; finite and ≥ 0 on entry.
 * @param floor the least energy, above 0 and normal.
 * @param scale 1 for natural logarithms, 10/ln 10 for decibels.
 */
export function logFloored(x: usize, nVectors: i32, floor: f32, scale: f32): void {
  const end = x + ((<usize>nVectors) << 4);
  const least = f32x4.splat(floor);
  const cut = i32x4.splat(SQRT_HALF_BITS);
  const factor = f32x4.splat(scale);
  for (; x < end; x += 16) {
    const energy = f32x4.pmax(least, v128.load(x));
    const offset = i32x4.sub(energy, cut);
    const exponent = i32x4.shr_s(offset, 23);
    const mantissa = i32x4.sub(energy, i32x4.shl(exponent, 23));
    const e = f32x4.convert_i32x4_s(exponent);
    const f = f32x4.sub(mantissa, v128.load(constants, ONE));
    const f2 = f32x4.mul(f, f);
    const c01 = f32x4.add(v128.load(constants, C0), f32x4.mul(f, v128.load(constants, C1)));
    const c23 = f32x4.add(v128.load(constants, C2), f32x4.mul(f, v128.load(constants, C3)));
    const c45 = f32x4.add(v128.load(constants, C4), f32x4.mul(f, v128.load(constants, C5)));
    const c456 = f32x4.add(c45, f32x4.mul(f2, v128.load(constants, C6)));
    const c0123 = f32x4.add(c01, f32x4.mul(f2, c23));
    const poly = f32x4.add(c0123, f32x4.mul(f32x4.mul(f2, f2), c456));
    const low = f32x4.add(f32x4.mul(f2, poly), f32x4.mul(e, v128.load(constants, LN2_LOW)));
    const ln = f32x4.add(f32x4.add(f, low), f32x4.mul(e, v128.load(constants, LN2_HIGH)));
    v128.store(x, f32x4.mul(factor, ln));
  }
}
