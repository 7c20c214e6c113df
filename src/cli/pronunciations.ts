import { Option } from 'commander';
import { parsePair } from './arguments.js';

/** Pronunciations in ARPAbet by word, as `Lexicon.load` takes them. */
export type Pronunciations = Readonly<Record<string, readonly string[]>>;

/** `--pronunciation`. */
export function pronunciationOption(): Option {
  return new Option(
    '--pronunciation <word=phones>',
    'how a word is said, in ARPAbet, such as "siobhan=SH IH V AO N"; can be repeated, also for one word',
  ).argParser(parsePronunciation);
}

function parsePronunciation(text: string, previous: Pronunciations = {}): Pronunciations {
  const [word, phones] = parsePair(text, 'Expected a word and its phones, such as "siobhan=SH IH V AO N".');
  return { ...previous, [word]: [...(previous[word] ?? []), phones] };
}
