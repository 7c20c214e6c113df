/**
 * Twiddle factors of the 512-point real transform in the order in which assembly/rfft.ts reads them, each as four real
 * and four imaginary parts: the steps that join spectra of L = 8, 32 and 128 need e^{−2πi·r·k/4L} for r = 1, 2, 3 and
 * each k up to L/2. The last step works on 4 k at a time, the others on one in four lanes.
 */
export function twiddleTable(): Float32Array {
  const values: number[] = [];
  const push = (length: number, ks: readonly number[]) => {
    for (let r = 1; r <= 3; r++) {
      const lanes = ks.map((k) => unitRoot(r * k, 4 * length));
      values.push(...lanes.map(([re]) => re), ...lanes.map(([, im]) => im));
    }
  };
  for (const length of [8, 32]) {
    for (let k = 1; k < length / 2; k++) push(length, [k, k, k, k]);
  }
  for (let k = 1; k <= 64; k += 4) push(128, [k, k + 1, k + 2, k + 3]);
  return Float32Array.from(values);
}

/** e^{−2πi·k/n}: real and imaginary part. */
function unitRoot(k: number, n: number): [number, number] {
  const angle = (-2 * Math.PI * k) / n;
  return [Math.cos(angle), Math.sin(angle)];
}
