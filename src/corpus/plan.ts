import { createHash } from 'node:crypto';
import { type Lexicon, spokenWords } from '../lexicon/index.js';
import { type Confusable, distanceInText, tooNear } from './confusables.js';
import type { Voice } from './synthesisers.js';

/** Sentences around a confusable; the mark is where it stands. */
const carriers: readonly string[] = [
  '{}',
  'Well, {}.',
  'I said {}, not the other one.',
  'We saw {} on the way home.',
  'She wrote {} on the list and left.',
  'What does {} mean to you?',
  'Nobody told me about {} before.',
  '{} is what they had in mind.',
  'My brother always talks about {} at dinner.',
  'Could you spell {} for me?',
  'It was {} all over again.',
  'They laughed and said {} twice.',
  'Yesterday it was {}, today it is something else.',
  'I never thought of {} that way.',
];

/** Paces of speech, as a factor of the voice's own. */
const paces: readonly number[] = [0.85, 0.95, 1, 1.1, 1.25];

/** A clip to be spoken. */
export interface PlannedClip {
  /** File name without folder; it holds a hash of all that the sound depends on. */
  readonly file: string;
  readonly id: string;
  readonly confusable: Confusable;
  readonly text: string;
  readonly voice: Voice;
  readonly pace: number;
}

/** What a plan is drawn from. */
export interface PlanInput {
  /** The wake word. */
  readonly word: string;
  readonly confusables: readonly Confusable[];
  readonly voices: readonly Voice[];
  readonly nClips: number;
  readonly seed: number;
}

/**
 * Which clips to speak: each confusable equally often, each in a carrier sentence and a voice that follow from seed,
 * word and number alone. A sentence that sounds like the wake word across its words' bounds is drawn again.
 */
export function planClips(lexicon: Lexicon, input: PlanInput): PlannedClip[] {
  const { word, confusables, voices, nClips, seed } = input;
  const clips: PlannedClip[] = [];
  const synthesisers = [...new Set(voices.map(({ synthesiser }) => synthesiser))];
  for (let number = 0; number < nClips; number++) {
    const draw = <T>(what: string, list: readonly T[]): T =>
      list[Math.floor(uniform(seed, `${word} ${number} ${what}`) * list.length)] as T;
    const confusable = confusables[number % confusables.length] as Confusable;
    // Synthesisers first, else one with many voices would say nearly everything.
    const synthesiser = draw('synthesiser', synthesisers);
    const voice = draw(
      'voice',
      voices.filter((each) => each.synthesiser === synthesiser),
    );
    const pace = draw('pace', paces);
    const text = carriers
      .map((_, attempt) => draw(`carrier ${attempt}`, carriers).replace('{}', confusable.text))
      .find((sentence) => isNegative(lexicon, word, sentence));
    if (text === undefined) continue;
    const hash = createHash('sha256').update([voice.synthesiser, voice.name, pace, text].join('\0'));
    const id = `${word.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-${String(number).padStart(5, '0')}`;
    clips.push({ file: `${id}-${hash.digest('hex').slice(0, 8)}.wav`, id, confusable, text, voice, pace });
  }
  return clips;
}

function isNegative(lexicon: Lexicon, word: string, sentence: string): boolean {
  const said = ` ${spokenWords(sentence).join(' ')} `;
  return (
    !said.includes(` ${spokenWords(word).join(' ')} `) && distanceInText(lexicon, word, sentence) > tooNear
  );
}

/** A number in [0, 1) that follows from seed and key alone. */
function uniform(seed: number, key: string): number {
  return createHash('sha256').update(`${seed}\0${key}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
