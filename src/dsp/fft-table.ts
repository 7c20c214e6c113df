/**
 * Twiddle factors of the 512-point real transform in the order in which assembly/rfft.ts reads them: the steps
 * that join spectra of L = 8, 32 and 128 need e^{−2πi·r·k/4L} for r = 1, 2, 3 and each k up to L/2. The last step
 * works on 4 k at a time, so its factors come as vectors.
 */
export function twiddleTable(): Float32Array {
  const values: number[] = [];
  for (const length of [8, 32]) {
    for (let k = 1; k < length / 2; k++) {
      for (let r = 1; r <= 3; r++) values.push(...unitRoot(r * k, 4 * length));
    }
  }
  for (let k = 1; k <= 64; k += 4) {
    for (let r = 1; r <= 3; r++) {
      const lanes = [0, 1, 2, 3].map((lane) => unitRoot(r * (k + lane), 512));
      values.push(...lanes.map(([re]) => re), ...lanes.map(([, im]) => im));
    }
  }
  return Float32Array.from(values);
}

/** e^{−2πi·k/n}: real and imaginary part. */
function unitRoot(k: number, n: number): [number, number] {
  const angle = (-2 * Math.PI * k) / n;
  return [Math.cos(angle), Math.sin(angle)];
}
