/**
 * Twiddle factors of the 512-point real transform in the order in which assembly/rfft.ts reads them, each as a vector of
 * real and one of imaginary parts: the steps that join spectra of L = 8, 32 and 128 need e^{−2πi·r·k/4L} for r = 1, 2, 3
 * and each k up to L/2. The last step works on as many k at a time as there are lanes, the others on one in all lanes.
 *
 * @param nLanes of a vector: 4 of f32, 2 of f64.
 */
export function twiddleTable(nLanes: 2 | 4): number[] {
  const values: number[] = [];
  const push = (length: number, ks: readonly number[]) => {
    for (let r = 1; r <= 3; r++) {
      const lanes = ks.map((k) => unitRoot(r * k, 4 * length));
      values.push(...lanes.map(([re]) => re), ...lanes.map(([, im]) => im));
    }
  };
  for (const length of [8, 32]) {
    for (let k = 1; k < length / 2; k++) push(length, Array<number>(nLanes).fill(k));
  }
  for (let k = 1; k <= 64; k += nLanes) {
    push(
      128,
      Array.from({ length: nLanes }, (_, lane) => k + lane),
    );
  }
  return values;
}

/** e^{−2πi·k/n}: real and imaginary part. */
function unitRoot(k: number, n: number): [number, number] {
  const angle = (-2 * Math.PI * k) / n;
  return [Math.cos(angle), Math.sin(angle)];
}
