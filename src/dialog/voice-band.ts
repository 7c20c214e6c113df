/**
 * Leaves of samples what lies in a band: a high-pass and a low-pass, each of second order and maximally flat.
 *
 * @param samples overwritten
 * @source R. Bristow-Johnson, Cookbook formulae for audio equalizer biquad filter coefficients, Q = 1/√2
 */
export function filterBand(
  samples: Float32Array,
  [lowHz, highHz]: readonly [number, number],
  rateHz: number,
): void {
  for (const [cornerHz, sign] of [
    [lowHz, -1],
    [highHz, 1],
  ] as const) {
    const w = (2 * Math.PI * cornerHz) / rateHz;
    const alpha = Math.sin(w) / Math.SQRT2;
    const scale = 1 / (1 + alpha);
    // Low-pass: b = (1 − cos w)/2 · (1, 2, 1). High-pass: (1 + cos w)/2 · (1, −2, 1).
    const b0 = (scale * (1 - sign * Math.cos(w))) / 2;
    const b1 = 2 * sign * b0;
    const a1 = -2 * scale * Math.cos(w);
    const a2 = scale * (1 - alpha);
    let [x1, x2, y1, y2] = [0, 0, 0, 0];
    for (let i = 0; i < samples.length; i++) {
      const x = samples[i] as number;
      const y = b0 * (x + x2) + b1 * x1 - a1 * y1 - a2 * y2;
      [x2, x1, y2, y1] = [x1, x, y1, y];
      samples[i] = y;
    }
  }
}
