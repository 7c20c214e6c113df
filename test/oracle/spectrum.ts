/** Discrete Fourier transform of a real sequence by its definition, in float64: O(N²). */
export function dft(x: readonly number[], nFft: number): { re: number; im: number }[] {
  const roots = Array.from({ length: nFft }, (_, i) => (-2 * Math.PI * i) / nFft);
  const cosines = roots.map(Math.cos);
  const sines = roots.map(Math.sin);
  return Array.from({ length: nFft / 2 + 1 }, (_, k) => {
    let re = 0;
    let im = 0;
    x.forEach((value, n) => {
      re += value * (cosines[(k * n) % nFft] as number);
      im += value * (sines[(k * n) % nFft] as number);
    });
    return { re, im };
  });
}

/** |X[k]|² of it, shape [nFft/2 + 1]. */
export function dftPower(x: readonly number[], nFft: number): number[] {
  return dft(x, nFft).map(({ re, im }) => re * re + im * im);
}
