import { SampleRing } from '../audio/index.js';
import type { VadEvent } from '../dsp/index.js';
import { type Evidence, noEvidence, type TurnFeatures } from '../guard/index.js';
import { SoundMeter, type SpeechSound } from './speech-sound.js';
import type { VoiceModel } from './voice.js';
import { filterBand } from './voice-band.js';

/** A stretch of time on the input clock. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** What is remembered of the sound: the longest turn. */
const keptMs = 20_000;
/** Talk that began before the prompt's end answers nothing, however long before. */
const leastLatencyMs = -1000;
/** A longer pause is none between the words of a phrase, or within a wake word. */
const [wordGapMs, soundGapMs] = [300, 200];
/** A wake word that is said slowly begins as much earlier than the engine tells, which knows its end better. */
const slowMs = 600;
/** What the speech detector says after an onset belongs to it. */
const onsetSlackMs = 200;
/**
 * Speech this far below the wake word, dB, is none of who talks to the device or beside it: noise that a speech detector
 * takes for voices, a television in the next room. Whoever woke the device by mistake is heard at the wake word's level.
 */
const faintDb = 6;
/** Level is measured in pieces of this length. */
const levelMs = 10;
/** Sound that is so loud for a shorter time is no syllable: a knock, a plate on a plate. */
const leastTalkMs = 50;
/**
 * Where voices have most of their energy, and dishes, water and fans little, Hz: the level of talk is measured here, or a
 * clatter that is as loud as the wake word would be talk.
 */
const voiceBandHz = [150, 1000] as const;
/** Of a wake word, this share of its pieces, the loudest, gives its level: the rest is soft consonants and gaps. */
const loudShare = 0.4;
/** A voice is compared in pieces of this length; shorter ones say too little. */
const voicePieceMs = 1500;
/**
 * Likelihood ratio, nats, below which a piece is another voice's rather than the wake word's: five to one, as much as
 * `defaultStakes` let a turn as a whole have against it.
 */
const otherVoiceLlr = -Math.log(5);

/** A turn as it was said: when, how it sounds, and what surrounds it. */
export interface MeasuredTurn {
  /** Where the talk began that the turn is part of, ms: words before those of the grammar belong to the turn. */
  readonly onsetMs: number;
  readonly turn: TurnFeatures;
  readonly sameVoice: Evidence;
}

/**
 * Measures what surrounds a turn of a dialog, from the speech events, the prompts and the sound of the stream:
 *
 * | feature | from |
 * |---|---|
 * | `silenceBeforeMs`, `silenceBeforeWakeMs` | the end of the talkers' speech before the turn's onset, or the wake word's |
 * | `speechInPromptMs` | speech while the last prompt played |
 * | `latencyMs` | from that prompt's end to the onset |
 * | `levelDifferenceDb`, `tiltDifferenceDb` | loud frames of the turn against those of the wake word |
 * | `otherVoiceMs` | pieces of the turn that are rather not the wake word's voice, by the voice model |
 * | `playbackMs` | own playback, as the app tells it |
 *
 * Talk is what the speech detector takes for it and is not `faintDb` below the wake word: noise in the room is no talk.
 *
 * Microphones that hear the prompt need echo cancellation before this, or each prompt counts as talk.
 */
export class TurnMeter {
  readonly #ring: SampleRing;
  readonly #perMs: number;
  readonly #speech: { startMs: number; endMs: number | null }[] = [];
  readonly #playback: Span[] = [];
  #prompt: Span | null = null;
  #wake: SpeechSound | null = null;
  /** Power from which sound counts as talk; 0 before a wake word. */
  #talkPower = 0;
  #silenceBeforeWakeMs: number | null = null;

  private constructor(
    readonly meter: SoundMeter,
    readonly voice: VoiceModel | null,
    sampleRateHz: number,
  ) {
    this.#perMs = sampleRateHz / 1000;
    this.#ring = new SampleRing(Math.ceil(keptMs * this.#perMs));
  }

  /** @param voice null to leave voices unknown */
  static async create(sampleRateHz: number, voice: VoiceModel | null): Promise<TurnMeter> {
    return new TurnMeter(await SoundMeter.create(sampleRateHz), voice, sampleRateHz);
  }

  /** The next samples of the stream, at its rate. */
  hear(block: Float32Array): void {
    this.#ring.push(block);
  }

  /** The next speech event of the stream. */
  hearEdge({ type, ms }: VadEvent): void {
    if (type === 'speechStart') {
      this.#speech.push({ startMs: ms, endMs: null });
      if (this.#speech.length > 100) this.#speech.shift();
    } else if (type === 'misfire') this.#speech.pop();
    else {
      const open = this.#speech.at(-1);
      if (open) open.endMs = ms;
    }
  }

  /** A prompt of the device was played. */
  hearPrompt(span: Span): void {
    this.#prompt = span;
  }

  /** The device played something else, such as music. */
  hearPlayback(span: Span): void {
    this.#playback.push(span);
    if (this.#playback.length > 100) this.#playback.shift();
  }

  /** A wake word began a chain: later turns are compared with it. */
  wake(span: Span): void {
    this.#prompt = null;
    this.#wake = this.#sound(span);
    const powers = this.#powers(span).sort((a, b) => b - a);
    const loud = powers.slice(0, Math.ceil(loudShare * powers.length));
    this.#talkPower =
      (10 ** (-faintDb / 10) * loud.reduce((sum, power) => sum + power, 0)) / (loud.length || 1);
    this.#silenceBeforeWakeMs = this.#silenceBefore(this.#talkOnset(span.startMs, soundGapMs, slowMs), 0);
  }

  /**
   * Measures a turn that was said just now.
   *
   * @param isUnderstood false where the span is all that was listened to, and not that of words
   */
  measure({ startMs, endMs }: Span, isUnderstood = true): MeasuredTurn {
    const prompt = this.#prompt;
    const sound = this.#sound({ startMs, endMs });
    const saidMs = isUnderstood ? startMs : this.#firstTalk({ startMs, endMs });
    const onsetMs = prompt ? this.#talkOnset(saidMs, wordGapMs) : startMs;
    const turn: TurnFeatures = {
      silenceBeforeMs: prompt ? this.#silenceBefore(onsetMs, 0) : this.#silenceBefore(startMs, onsetSlackMs),
      silenceBeforeWakeMs: this.#silenceBeforeWakeMs,
      speechInPromptMs:
        prompt && this.#speech.reduce((sum, stretch) => sum + this.#talkMs(shared(stretch, prompt)), 0),
      latencyMs: prompt && Math.max(leastLatencyMs, onsetMs - prompt.endMs),
      levelDifferenceDb: sound && this.#wake && sound.levelDb - this.#wake.levelDb,
      tiltDifferenceDb: sound && this.#wake && sound.tiltDbPerOctave - this.#wake.tiltDbPerOctave,
      otherVoiceMs: this.#otherVoiceMs({ startMs, endMs }),
      playbackMs: this.#playback.reduce((sum, span) => sum + lengthOf(shared(span, { startMs, endMs })), 0),
    };
    return { onsetMs, turn, sameVoice: this.voice?.evidence(sound, this.#wake) ?? noEvidence };
  }

  /** Back to the start of a stream; what was heard is wiped. */
  reset(): void {
    this.#ring.reset();
    this.#speech.length = 0;
    this.#playback.length = 0;
    this.#prompt = null;
    this.#wake = null;
    this.#talkPower = 0;
    this.#silenceBeforeWakeMs = null;
  }

  /**
   * How long nobody spoke before a place.
   *
   * @param slackMs what is said so shortly before it is part of what begins there
   */
  #silenceBefore(placeMs: number, slackMs: number): number {
    const talk = this.#talkBefore(placeMs - slackMs);
    const last = talk.lastIndexOf(true);
    if (last < 0) return placeMs;
    const silentMs = levelMs * (talk.length - 1 - last);
    return silentMs === 0 ? 0 : silentMs + slackMs;
  }

  /**
   * Where the talk began that holds a place: back over its words, and over the pauses between them.
   *
   * @param gapMs the longest pause
   * @param atMostMs how far back at most
   */
  #talkOnset(placeMs: number, gapMs: number, atMostMs = keptMs): number {
    const talk = this.#talkBefore(placeMs);
    const last = Math.max(0, talk.length - atMostMs / levelMs);
    let first = talk.length;
    for (let i = talk.length - 1; i >= last && (first - i) * levelMs <= gapMs; i--) if (talk[i]) first = i;
    return placeMs - levelMs * (talk.length - first);
  }

  /** Where talk begins in a span: at its start where there is none. */
  #firstTalk({ startMs, endMs }: Span): number {
    const talk = this.#talkBefore(endMs);
    const from = Math.max(0, talk.length - Math.floor((endMs - startMs) / levelMs));
    const first = talk.indexOf(true, from);
    return first < 0 ? startMs : endMs - levelMs * (talk.length - first);
  }

  /** Whether somebody talks, for each piece of `levelMs` of what is kept before a place, the last one ending there. */
  #talkBefore(placeMs: number): boolean[] {
    const powers = this.#powers({ startMs: placeMs % levelMs, endMs: placeMs });
    const firstMs = placeMs - levelMs * powers.length;
    const talk = powers.map(() => false);
    for (const stretch of this.#speech) {
      const { startMs, endMs } = shared(stretch, { startMs: firstMs, endMs: placeMs });
      const to = Math.ceil((endMs - firstMs) / levelMs);
      for (let i = Math.floor((startMs - firstMs) / levelMs); i < to; i++)
        talk[i] = (powers[i] as number) >= this.#talkPower;
    }
    return withoutShort(talk);
  }

  #otherVoiceMs({ startMs, endMs }: Span): number | null {
    if (this.voice === null || this.#wake === null) return null;
    const nPieces = Math.max(1, Math.floor((endMs - startMs) / voicePieceMs));
    const pieceMs = (endMs - startMs) / nPieces;
    let otherMs = 0;
    for (let i = 0; i < nPieces; i++) {
      const piece = { startMs: startMs + i * pieceMs, endMs: startMs + (i + 1) * pieceMs };
      const { llr } = this.voice.evidence(this.#sound(piece), this.#wake);
      if (llr === null && nPieces === 1) return null;
      if (llr !== null && llr < otherVoiceLlr) otherMs += pieceMs;
    }
    return otherMs;
  }

  /** How much of a stretch is talk. */
  #talkMs(span: Span): number {
    const talk = withoutShort(this.#powers(span).map((power) => power >= this.#talkPower));
    return levelMs * talk.filter(Boolean).length;
  }

  /** Mean power, in the band of voices, of each whole piece of `levelMs` of what is kept of a span. */
  #powers({ startMs, endMs }: Span): number[] {
    const heard = this.#ring.copy(Math.round(startMs * this.#perMs), Math.round(endMs * this.#perMs));
    filterBand(heard, voiceBandHz, 1000 * this.#perMs);
    const size = Math.round(levelMs * this.#perMs);
    return Array.from({ length: Math.floor(heard.length / size) }, (_, i) => {
      const piece = heard.subarray(i * size, (i + 1) * size);
      return piece.reduce((sum, sample) => sum + sample * sample, 0) / size;
    });
  }

  #sound({ startMs, endMs }: Span): SpeechSound | null {
    const heard = this.#ring.copy(Math.round(startMs * this.#perMs), Math.round(endMs * this.#perMs));
    return heard.length === 0 ? null : this.meter.measure(heard);
  }
}

/** Without what is too short for talk. */
function withoutShort(talk: readonly boolean[]): boolean[] {
  const kept = talk.map(() => false);
  for (let from = 0, to = 0; from < talk.length; from = to + 1) {
    to = from;
    while (talk[to]) to++;
    if ((to - from) * levelMs >= leastTalkMs) kept.fill(true, from, to);
  }
  return kept;
}

/** What two spans share; of no length where nothing. */
function shared(a: { startMs: number; endMs: number | null }, b: Span): Span {
  const startMs = Math.max(a.startMs, b.startMs);
  return { startMs, endMs: Math.max(startMs, Math.min(a.endMs ?? Number.POSITIVE_INFINITY, b.endMs)) };
}

function lengthOf({ startMs, endMs }: Span): number {
  return endMs - startMs;
}
