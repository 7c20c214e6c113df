/** How tones are rendered. */
export interface ToneOptions {
  sampleRateHz?: number;
  amplitude?: number;
}

const partialsHz: Record<string, readonly number[]> = {
  L: [600],
  H: [3000],
  // A buzz like a voice: harmonics of 120 Hz, falling off.
  B: Array.from({ length: 25 }, (_, i) => 120 * (i + 1)),
};

/**
 * Audio from a timeline, mono at ±1: one character is 100 ms. `.` is digital silence, `L` and `H` are the tones that
 * the words `low` and `high` of the tone model stand for, `B` is a buzz.
 */
export function tones(
  timeline: string,
  { sampleRateHz = 16000, amplitude = 0.25 }: ToneOptions = {},
): Float32Array {
  const perCharacter = sampleRateHz / 10;
  return Float32Array.from({ length: timeline.length * perCharacter }, (_, i) => {
    const partials = partialsHz[timeline[Math.floor(i / perCharacter)] as string] ?? [];
    return partials.reduce(
      (sum, hz, k) => sum + (amplitude / (k + 1)) * Math.sin((2 * Math.PI * hz * i) / sampleRateHz),
      0,
    );
  });
}
