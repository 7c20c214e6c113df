/*
 * Sample-rate conversion in float64 by its definition: every output is a sum over all inputs within the window.
 * Shares no code with src/dsp or assembly.
 */

/** Taps of the filter, chosen for 80 dB and a transition from 0.4375 to 0.5 of the lower rate. */
export function nTaps(inputRateHz: number): number {
  const transitionRadians = 2 * Math.PI * 0.0625 * Math.min(1, 16000 / inputRateHz);
  return Math.ceil((80 - 7.95) / (2.285 * transitionRadians) / 16) * 16;
}

/** y[n] at input time n·inputRate/16000, for every n whose window ends within `x`; zeros stand before `x`. */
export function resampled(x: ArrayLike<number>, inputRateHz: number): number[] {
  const taps = nTaps(inputRateHz);
  const cyclesPerSample = 0.46875 * Math.min(1, 16000 / inputRateHz);
  const y: number[] = [];
  for (let n = 0; ; n++) {
    // In 1/16000 of an input sample, hence exact.
    const time = n * inputRateHz;
    const before = Math.floor(time / 16000);
    if (before + taps / 2 >= x.length) return y;
    let sum = 0;
    let gain = 0;
    for (let k = before - taps / 2 + 1; k <= before + taps / 2; k++) {
      const tau = (time - k * 16000) / 16000;
      const angle = 2 * Math.PI * cyclesPerSample * tau;
      const h = (tau === 0 ? 1 : Math.sin(angle) / angle) * kaiser(tau / (taps / 2));
      gain += h;
      if (k >= 0) sum += h * (x[k] as number);
    }
    y.push(sum / gain);
  }
}

const memo = new Map<number, number>();

/** Kaiser window for 80 dB at −1..1. */
function kaiser(position: number): number {
  const key = Math.round(position * 1e12);
  const known = memo.get(key);
  if (known !== undefined) return known;
  const beta = 0.1102 * (80 - 8.7);
  const value = besselI0(beta * Math.sqrt(1 - position * position)) / besselI0(beta);
  memo.set(key, value);
  return value;
}

/** I₀(x) = 1/π·∫₀^π e^{x·cos θ} dθ; the midpoint rule converges geometrically on a periodic integrand. */
function besselI0(x: number): number {
  const n = 64;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(x * Math.cos((Math.PI * (i + 0.5)) / n));
  return sum / n;
}
