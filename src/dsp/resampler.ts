import { ConfigError } from '../errors.js';

/** The rate of every later stage. */
export const outputRateHz = 16000;

/** Input rates the front end converts to 16 kHz; a rate is declared by the caller and never guessed. */
export const inputRatesHz: readonly number[] = [8000, 16000, 22050, 24000, 32000, 44100, 48000];

/** Filter and ratio of one conversion to 16 kHz, as assembly/resampler.ts takes them. */
export interface ResamplerDesign {
  /** L: output rate ÷ gcd of the rates. */
  readonly up: number;
  /** M: input rate ÷ gcd of the rates. */
  readonly down: number;
  /** T: filter taps per output sample, a multiple of 16 (SIMD, four sums). */
  readonly taps: number;
  /** Shape [L × T], row-major; row r serves the outputs n ≡ r (mod L), so rows are read in order. */
  readonly table: Float32Array;
}

/** Pass band ends here, as a share of the lower of the two rates: 7 kHz where that is 16 kHz. */
const passbandEdge = 0.4375;
/** Stop band begins at the lower rate's Nyquist frequency: what lies above cannot be told from an alias. */
const stopbandEdge = 0.5;
/** Stop-band attenuation asked of the window, 10 dB beyond the promised −70 dB. */
const attenuationDb = 80;
/** Kaiser 1974: β = 0.1102·(A − 8.7) for A > 50 dB. */
const beta = 0.1102 * (attenuationDb - 8.7);

/**
 * @throws {ConfigError} when `inputRateHz` is not one of {@link inputRatesHz}.
 */
export function checkInputRate(inputRateHz: number): void {
  if (inputRatesHz.includes(inputRateHz)) return;
  throw new ConfigError('inputRateHz', {
    expected: `one of ${inputRatesHz.join(', ')} Hz`,
    actual: inputRateHz,
    remedy: 'Declare the rate at which the samples were recorded; convert other rates first.',
  });
}

/**
 * Designs the Kaiser-windowed sinc that converts `inputRateHz` to 16 kHz.
 *
 *     table[r, j] = g_r · sinc(2·f·τ) · I₀(β·√(1 − (2τ/T)²)) / I₀(β),   τ = (r·M mod L)/L − (j − T/2 + 1)
 *     f = (passband + stopband edge)/2 · min(rates) / inputRate          cycles per input sample
 *     T ≥ (A − 7.95) / (2.285 · 2π · transition width)                   Kaiser's length estimate
 *
 * τ is the distance, in input samples, from the output's place to the tap's sample; g_r makes each row sum
 * to 1, so that a constant passes without ripple. Computed in float64, rounded once to float32.
 *
 * Pass band ±0.1 dB up to 0.4375 of the lower rate, alias and image ≤ −70 dB: measured for each rate in
 * test/unit/resampler.test.ts.
 * Source: Kaiser 1974, "Nonrecursive digital filter design using the I₀-sinh window function";
 * Smith, "Digital Audio Resampling", ccrma.stanford.edu/~jos/resample.
 *
 * @param inputRateHz one of {@link inputRatesHz}; the caller has checked it. 16000 gives L = M = 1: then
 *                    the front end passes samples by untouched.
 */
export function designResampler(inputRateHz: number): ResamplerDesign {
  const divisor = gcd(inputRateHz, outputRateHz);
  const up = outputRateHz / divisor;
  const down = inputRateHz / divisor;
  const lowerRate = Math.min(1, outputRateHz / inputRateHz);
  const transition = (stopbandEdge - passbandEdge) * lowerRate;
  const cutoff = 0.5 * (stopbandEdge + passbandEdge) * lowerRate;
  const taps = 16 * Math.ceil((attenuationDb - 7.95) / (2.285 * 2 * Math.PI * transition) / 16);

  const table = new Float32Array(up * taps);
  const response = new Float64Array(taps);
  for (let row = 0; row < up; row++) {
    const offset = ((row * down) % up) / up + taps / 2 - 1;
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const tau = offset - tap;
      const value = sinc(2 * cutoff * tau) * kaiser((2 * tau) / taps);
      response[tap] = value;
      sum += value;
    }
    table.set(
      response.map((value) => value / sum),
      row * taps,
    );
  }
  return { up, down, taps, table };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Kaiser window over −1..1. */
function kaiser(x: number): number {
  return besselI0(beta * Math.sqrt(Math.max(0, 1 - x * x))) / besselI0(beta);
}

/** Modified Bessel function of order 0: Σ ((x/2)^k / k!)², until a term no longer counts in float64. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
