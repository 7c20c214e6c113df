/**
 * Linear convolution of two real signals by one transform forth and one back:
 *
 *     out[n] = Σ_k a[k] · b[n − k]          0 ≤ n < A + B − 1
 *
 * Both signals go through one complex transform, as its real and its imaginary part, and are taken apart by the
 * symmetry of real spectra: A[k] = (Z[k] + Z*[−k]) / 2, B[k] = (Z[k] − Z*[−k]) / 2i. In float64; allocates.
 *
 * @param a shape [A], A ≥ 1
 * @param b shape [B], B ≥ 1
 */
export function convolve(a: Float32Array, b: Float32Array): Float64Array {
  const length = a.length + b.length - 1;
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, length)));
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  re.set(a);
  im.set(b);
  transform(re, im);
  const productRe = new Float64Array(size);
  const productIm = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const mirrored = (size - k) % size;
    const [zr, zi] = [re[k] as number, im[k] as number];
    const [mr, mi] = [re[mirrored] as number, im[mirrored] as number];
    const [ar, ai] = [(zr + mr) / 2, (zi - mi) / 2];
    const [br, bi] = [(zi + mi) / 2, (mr - zr) / 2];
    productRe[k] = ar * br - ai * bi;
    productIm[k] = ar * bi + ai * br;
  }
  // The inverse is the forward transform with the parts exchanged, over the size.
  transform(productIm, productRe);
  return productRe.subarray(0, length).map((value) => value / size);
}

/** Discrete Fourier transform in place, radix 2 (Cooley and Tukey 1965); the size must be a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] as number, re[i] as number];
      [im[i], im[j]] = [im[j] as number, im[i] as number];
    }
  }
  const cosines = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [upper, lower] = [start + k, start + k + half];
        const [wr, wi] = [cosines[k * stride] as number, sines[k * stride] as number];
        const [lr, li] = [re[lower] as number, im[lower] as number];
        const tr = lr * wr - li * wi;
        const ti = lr * wi + li * wr;
        re[lower] = (re[upper] as number) - tr;
        im[lower] = (im[upper] as number) - ti;
        re[upper] = (re[upper] as number) + tr;
        im[upper] = (im[upper] as number) + ti;
      }
    }
  }
}
