import color from 'picocolors';
import { type Calibration, logit, sigmoid } from '../calibration/index.js';
import type { WakeEvent } from '../detector/index.js';

/** One line of `--json`: all of the event but its audio. */
export function wakeJson(event: WakeEvent): string {
  const { type, word, startMs, endMs, score, llr, probability, interval, inDomain, calibrationId } = event;
  const { threshold, startSample, endSample, detectedAtMs } = event;
  return JSON.stringify({
    type,
    word,
    startMs: rounded(startMs),
    endMs: rounded(endMs),
    score,
    llr,
    probability,
    interval,
    inDomain,
    calibrationId,
    threshold,
    startSample,
    endSample,
    detectedAtMs: rounded(detectedAtMs),
  });
}

/** Times to a microsecond: beyond it, digits are noise of the division by the rate. */
function rounded(ms: number): number {
  return Number(ms.toFixed(3));
}

/** What lines must know of an engine. */
interface ToldEngine {
  readonly words: readonly { readonly word: string }[];
  readonly calibration: Calibration | null;
  readonly prior: number;
}

/** Lines for people: aligned, one a wake. */
export class WakeLines {
  readonly #wordWidth: number;

  constructor(private readonly engine: ToldEngine) {
    this.#wordWidth = Math.max(4, ...engine.words.map(({ word }) => word.length)) + 2;
  }

  /** The line above all others. */
  head(): string {
    const columns = `${'start'.padStart(10)}${'end'.padStart(11)}   ${'word'.padEnd(this.#wordWidth)}confidence`;
    return color.dim(columns);
  }

  /** One wake. */
  line(event: WakeEvent): string {
    const times = `${clock(event.startMs).padStart(10)}${clock(event.endMs).padStart(11)}`;
    return `${times}   ${color.bold(event.word.padEnd(this.#wordWidth))}${this.#confidence(event)}`;
  }

  /** What must be known to read the lines. */
  notes(): string[] {
    const calibrated = this.engine.calibration?.words ?? [];
    const words = this.engine.words.map(({ word }) => word);
    const uncalibrated = words.filter((word) => !calibrated.includes(word));
    const notes: string[] = [];
    if (uncalibrated.length < words.length) {
      const prior = percent(this.engine.prior);
      notes.push(
        `Confidence takes ${prior} % of all 2 s stretches of talk to hold the word; --prior sets your own.`,
      );
    }
    if (uncalibrated.length > 0) {
      const whose = uncalibrated.length === words.length ? '' : ` for ${uncalibrated.join(', ')}`;
      notes.push(
        `No calibration is loaded${whose}: a score tells how far the model is above its threshold, not how likely the word is.`,
      );
    }
    return notes;
  }

  #confidence(event: WakeEvent): string {
    const { score, threshold, probability, interval, inDomain, llr } = event;
    if (probability === null || interval === null || llr === null) {
      return `not calibrated: score ${score.toFixed(2)}, threshold ${threshold.toFixed(2)}`;
    }
    if (!inDomain) return color.yellow('cannot say: the sound is unlike all that the calibration has seen');
    const priorLogOdds = logit(this.engine.prior);
    const [low, high] = interval.map((bound) => percent(sigmoid(bound + priorLogOdds)));
    const text = `${inWords(probability)}, ${percent(probability)} %`;
    const range = low === high ? '' : ` (${low}–${high} %)`;
    return `${probability >= 0.9 ? color.green(text) : text}${range}  ${color.dim(`evidence ${llr >= 0 ? '+' : '−'}${Math.abs(llr).toFixed(1)} nats`)}`;
  }
}

/** A probability in words. */
function inWords(probability: number): string {
  if (probability >= 0.99) return 'almost certain';
  if (probability >= 0.9) return 'very likely';
  if (probability >= 0.7) return 'likely';
  if (probability >= 0.3) return 'could be';
  return 'unlikely';
}

/** Percent without false digits; never 100 nor 0, which no evidence reaches. */
function percent(probability: number): string {
  const value = 100 * probability;
  if (value > 99.9) return '99.9';
  if (value < 0.1) return '0.1';
  return value > 99 || value < 1 ? value.toFixed(1) : value.toFixed(0);
}

/** h:mm:ss.cc, hours only where there are any. */
export function clock(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = `${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
  const minutes = Math.floor(hundredths / 6000) % 60;
  const hours = Math.floor(hundredths / 360000);
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}
