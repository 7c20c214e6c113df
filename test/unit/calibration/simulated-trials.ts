import { type SignalQuality, seededRandom, type Trial } from '../../../src/calibration/index.js';

/** Quality that no test cares about. */
export const anyQuality: SignalQuality = { snrDb: 30, levelDbfs: -20, clippedFraction: 0, bandLimitHz: 8000 };

/** Standard normal draws by the Box–Muller transform. */
export function gaussians(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Trials whose true LLR is known: scores of both classes are normal with standard deviation σ and means ±½·d·σ around
 * a centre, so that LLR(s) = (d/σ)·(s − centre).
 */
export function normalTrials(options: {
  nTargets: number;
  nNonTargets: number;
  /** Distance of the means in standard deviations. */
  separation: number;
  seed: number;
  sigma?: number;
  centre?: number;
  /** Trials of each speaker of the word, such as under several noises. Default 1. */
  nHearings?: number;
  /** Share of the variance of a word's scores that is its speaker's, 0…1. Default 0. */
  speakerShare?: number;
}): { trials: Trial[]; trueLlr: (score: number) => number } {
  const { nTargets, nNonTargets, separation, sigma = 2.5, centre = 1.5 } = options;
  const { nHearings = 1, speakerShare = 0 } = options;
  const gaussian = gaussians(options.seed);
  const ofSpeakers = gaussians(options.seed + 1_000_000);
  const speakers = Array.from({ length: Math.ceil(nTargets / nHearings) }, ofSpeakers);
  const deviation = (speaker: number): number =>
    Math.sqrt(speakerShare) * (speakers[speaker] ?? 0) + Math.sqrt(1 - speakerShare) * gaussian();
  const trials = Array.from({ length: nTargets + nNonTargets }, (_, i): Trial => {
    const isTarget = i < nTargets;
    const speaker = Math.floor(i / nHearings);
    const own = isTarget ? deviation(speaker) : gaussian();
    return {
      score: centre + sigma * ((isTarget ? separation : -separation) / 2 + own),
      isTarget,
      quality: anyQuality,
      group: isTarget ? `speaker ${speaker}` : `session ${i % 200}`,
      source: isTarget ? `clip ${speaker}` : `trial ${i}`,
    };
  });
  return { trials, trueLlr: (score) => (separation / sigma) * (score - centre) };
}
