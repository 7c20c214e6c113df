import { MAX_MELS, MEL_STEP_CAPACITY } from './abi';

/** Bytes of weights that one step takes: 4 filters × 4 bins. */
const STEP_BYTES: usize = 64;

/** First bin of each filter, shape [MAX_MELS], i32. */
const firstBins: usize = memory.data(MAX_MELS << 2, 16);
/** Steps of each group of 4 filters, shape [MAX_MELS / 4], i32. */
const groupSteps: usize = memory.data(MAX_MELS, 16);
/** Weights in the order of their use, shape [steps][4 filters][4 bins]; zero where a filter has ended. */
const weights: usize = memory.data(MEL_STEP_CAPACITY << 6, 16);

let nGroups: usize = 0;

/** Byte offsets of the tables that the host writes before `configure` (src/dsp/mel-table.ts). */
export function melFirstBinsPtr(): usize {
  return firstBins;
}
export function melGroupStepsPtr(): usize {
  return groupSteps;
}
export function melWeightsPtr(): usize {
  return weights;
}

/** First bin of filter `m`. */
export function melFirstBin(m: i32): i32 {
  return i32.load(firstBins + ((<usize>m) << 2));
}

/** @param nMels M, MIN_MELS..MAX_MELS; what is missing to a multiple of 4 is filled up with copies of the last filter. */
export function melConfigure(nMels: i32): void {
  nGroups = (<usize>nMels + 3) >> 2;
}

/**
 * Mel energies: a sparse product of filter bank and power spectrum.
 *
 *     out[m] = Σ_j weight[m, j] · power[first[m] + j]
 *
 * Four neighbouring filters run abreast over 4 bins each a step, for as long as the widest needs.
 *
 * @param power in, shape [257] and zeros after it for what a padded filter reads; read only.
 * @param out   out, shape [M rounded up to 4]; overwritten.
 */
export function melEnergies(power: usize, out: usize): void {
  let w = weights;
  for (let group: usize = 0; group < nGroups; group++) {
    const first = firstBins + (group << 4);
    const p0 = power + ((<usize>i32.load(first)) << 2);
    const p1 = power + ((<usize>i32.load(first, 4)) << 2);
    const p2 = power + ((<usize>i32.load(first, 8)) << 2);
    const p3 = power + ((<usize>i32.load(first, 12)) << 2);
    let a = f32x4.mul(v128.load(w), v128.load(p0));
    let b = f32x4.mul(v128.load(w, 16), v128.load(p1));
    let c = f32x4.mul(v128.load(w, 32), v128.load(p2));
    let d = f32x4.mul(v128.load(w, 48), v128.load(p3));
    w += STEP_BYTES;
    const bytes = (<usize>i32.load(groupSteps + (group << 2))) << 4;
    for (let i: usize = 16; i < bytes; i += 16, w += STEP_BYTES) {
      a = f32x4.add(a, f32x4.mul(v128.load(w), v128.load(p0 + i)));
      b = f32x4.add(b, f32x4.mul(v128.load(w, 16), v128.load(p1 + i)));
      c = f32x4.add(c, f32x4.mul(v128.load(w, 32), v128.load(p2 + i)));
      d = f32x4.add(d, f32x4.mul(v128.load(w, 48), v128.load(p3 + i)));
    }
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
    const sum = f32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
    v128.store(out + (group << 4), sum);
  }
}
