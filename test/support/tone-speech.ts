/** Mel band of each phone in test/fixtures/tone-phones. */
const bands = Object.fromEntries(
  'K AO L AE N AH B AA Y EH S IY M'.split(' ').map((phone, i) => [phone, 2 + 3 * i]),
);

/** Centre of a mel band of that model, in Hz. */
function centreHz(band: number): number {
  const mel = (hz: number) => 1127 * Math.log(1 + hz / 700);
  const [low, high] = [mel(20), mel(7600)];
  return 700 * (Math.exp((low + ((band + 1) * (high - low)) / 41) / 1127) - 1);
}

/**
 * Audio that the tone-phones model hears as these phones, mono at ±1: each name is 90 ms of its tone, `.` is 90 ms of
 * silence. After silence the speech detector takes the tones for speech.
 */
export function toneSpeech(said: string, sampleRateHz = 16000): Float32Array {
  const names = said.split(' ');
  const perName = (sampleRateHz * 90) / 1000;
  return Float32Array.from({ length: names.length * perName }, (_, i) => {
    const name = names[Math.floor(i / perName)] as string;
    if (name === '.') return 0;
    const sec = i / sampleRateHz;
    return 0.25 * Math.sin(2 * Math.PI * centreHz(bands[name] as number) * sec);
  });
}

/** Silence for `toneSpeech`, in steps of 90 ms. */
export function silence(ms: number): string {
  return Array(Math.round(ms / 90))
    .fill('.')
    .join(' ');
}
