import { type Span, TurnMeter } from '../dialog/index.js';
import { Frontend, kaldiRecipe } from '../dsp/index.js';
import type { TurnFeatures } from '../guard/index.js';
import { noiseBehind } from './added-noise.js';
import { groupBy } from './group-by.js';
import { readManifest, type Segment } from './manifest.js';
import { openRecording } from './recording.js';
import { cutManifest } from './segments.js';
import { activeSpeechPower, EVALUATION_RATE_HZ, estimateWordEnd, meanPower } from './speech-level.js';
import type { Tape } from './tape.js';

/** What surrounds a request and the reply to a prompt, in one dialog or one piece of talk. */
export interface TurnTrial {
  readonly isDirected: boolean;
  readonly request: TurnFeatures;
  readonly reply: TurnFeatures;
}

/** A wake word, a request, a prompt, and a reply, in a stretch of sound. */
interface Scene {
  readonly audio: Float32Array;
  readonly wake: Span;
  readonly request: Span;
  readonly prompt: Span;
  readonly reply: Span;
}

type Random = () => number;

/** Silence of the engine after an utterance until its prompt begins. */
const promptLagMs = 900;
/** Length of what stands for a wake word. */
const wakeMs = 700;
/** Pieces of talk begin this far apart, and are this long. */
const [talkApartMs, talkMs] = [20_000, 18_000];
/** Half of the scenes have noise behind them, so far below the speech, dB. */
const [leastSnrDb, mostSnrDb] = [5, 25];

/**
 * Dialogs laid from the speech of persons who never held them: three utterances of one person as the wake word, the
 * request and the reply, half of them over other talk in the room. How long people wait is an assumption: the median
 * person asks 0.3 s after the wake word and answers 0.6 s after a prompt.
 *
 * @param paths manifests whose lines tell the speaker
 * @param talk of other people, for the background
 * @param noise behind half of them; null for none
 */
export async function simulateDialogs(
  paths: readonly string[],
  talk: Float32Array,
  noise: Tape | null,
  random: Random,
): Promise<TurnTrial[]> {
  const trials: TurnTrial[] = [];
  for (const path of paths) {
    const spoken = new Map<Segment, Float32Array>();
    for await (const { segment, samples } of cutManifest(await readManifest(path), openRecording)) {
      if (segment.speaker !== null && segment.durationSec > 1) spoken.set(segment, samples);
    }
    for (const [, said] of groupBy([...spoken.keys()], ({ speaker }) => speaker ?? '')) {
      for (let i = 0; i + 2 < Math.min(said.length, 12); i += 3) {
        const clips = said.slice(i, i + 3).map((segment) => trimmed(spoken.get(segment) as Float32Array));
        const scene = dialogScene(clips, talk, random);
        trials.push({ isDirected: true, ...(await hear(await inNoise(scene, noise, random))) });
      }
    }
  }
  return trials;
}

/** Places in pieces of talk where a wake word, a request and a reply could be heard by mistake. */
export async function findTalk(
  pieces: readonly Float32Array[],
  noise: Tape | null,
  random: Random,
): Promise<TurnTrial[]> {
  const trials: TurnTrial[] = [];
  for (const talk of pieces) {
    for (let at = 0; at + toSamples(talkMs) < talk.length; at += toSamples(talkApartMs)) {
      const scene = talkScene(talk.slice(at, at + toSamples(talkMs)), random);
      if (scene) trials.push({ isDirected: false, ...(await hear(await inNoise(scene, noise, random))) });
    }
  }
  return trials;
}

function dialogScene(clips: readonly Float32Array[], talk: Float32Array, random: Random): Scene {
  const [first, second, third] = clips as [Float32Array, Float32Array, Float32Array];
  const audio = new Float32Array(toSamples(talkMs));
  const level = Math.sqrt(activeSpeechPower(second)) || 1;
  /** Lays speech at a place, at about one level. */
  const say = (speech: Float32Array, startMs: number): Span => {
    const own = Math.sqrt(activeSpeechPower(speech)) || 1;
    const gain = (level / own) * 10 ** ((3 * normal(random)) / 20);
    const at = toSamples(startMs);
    speech.forEach((sample, i) => {
      if (at + i < audio.length) audio[at + i] = gain * sample;
    });
    return { startMs, endMs: Math.min(startMs + toMs(speech.length), talkMs) };
  };
  const wake = say(first.subarray(0, toSamples(wakeMs)), 2000 + 1500 * random());
  const request = say(second.subarray(0, toSamples(3500)), wake.endMs + 300 * Math.exp(0.6 * normal(random)));
  const prompt = promptAfter(request, random);
  const reply = say(third.subarray(0, toSamples(2500)), prompt.endMs + 600 * Math.exp(0.5 * normal(random)));
  const from = Math.floor(random() * (talk.length - audio.length));
  const others = talk.subarray(from, from + audio.length);
  const isAlone = random() < 0.5;
  const under = isAlone ? 0 : 10 ** (-(8 + 17 * random()) / 20);
  const talkGain = (under * level) / Math.sqrt(Math.max(meanPower(others), 1e-8));
  const hiss = level * 10 ** (-(15 + 25 * random()) / 20);
  const noisy = audio.map((sample, i) => sample + talkGain * (others[i] ?? 0) + hiss * (2 * random() - 1));
  return { audio: noisy, wake, request, prompt, reply };
}

/** Null where there is too little sound. */
function talkScene(audio: Float32Array, random: Random): Scene | null {
  if (meanPower(audio) < 1e-7) return null;
  /** The loudest of a few stretches that begin within a window: what is taken for words is seldom silence. */
  const loudest = (fromMs: number, withinMs: number, lengthMs: number): Span => {
    const spans = Array.from({ length: 3 }, () => {
      const startMs = fromMs + random() * withinMs;
      return { startMs, endMs: Math.min(startMs + lengthMs, talkMs) };
    });
    const power = ({ startMs, endMs }: Span) =>
      meanPower(audio.subarray(toSamples(startMs), toSamples(endMs)));
    return spans.reduce((best, span) => (power(span) > power(best) ? span : best));
  };
  const wake = loudest(2000, 2000, wakeMs);
  const request = loudest(wake.endMs, 2000, 1000 + 2000 * random());
  const prompt = promptAfter(request, random);
  const reply = loudest(prompt.endMs, 3500, 800 + 1200 * random());
  return { audio, wake, request, prompt, reply };
}

/** The same with noise behind it, or as it is. */
async function inNoise(scene: Scene, noise: Tape | null, random: Random): Promise<Scene> {
  if (noise === null || random() < 0.5) return scene;
  const { audio, request } = scene;
  const said = audio.subarray(toSamples(request.startMs), toSamples(request.endMs));
  const snrDb = leastSnrDb + (mostSnrDb - leastSnrDb) * random();
  const behind = await noiseBehind(said, { tape: noise, snrDb, seed: 0 }, String(random()), audio.length);
  return { ...scene, audio: audio.map((sample, i) => sample + (behind[i] as number)) };
}

function promptAfter({ endMs }: Span, random: Random): Span {
  const startMs = endMs + promptLagMs;
  return { startMs, endMs: startMs + 900 + 900 * random() };
}

/** Hears a scene as a dialog does: each thing is measured when it is over. */
async function hear({ audio, wake, request, prompt, reply }: Scene) {
  const meter = await TurnMeter.create(EVALUATION_RATE_HZ, null);
  const ear = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: EVALUATION_RATE_HZ, vad: {} });
  let at = 0;
  const hearTo = (ms: number) => {
    const end = Math.min(audio.length, toSamples(ms));
    for (; at < end; at += pieceSamples) {
      const piece = audio.subarray(at, Math.min(end, at + pieceSamples));
      meter.hear(piece);
      ear.push(piece);
      ear.vadEvents.forEach((event) => {
        meter.hearEdge(event);
      });
    }
    at = end;
  };
  hearTo(wake.endMs + 200);
  meter.wake(wake);
  hearTo(request.endMs + promptLagMs);
  const asked = meter.measure(request).turn;
  hearTo(prompt.endMs);
  meter.hearPrompt(prompt);
  hearTo(reply.endMs + promptLagMs);
  return { request: asked, reply: meter.measure(reply).turn };
}

const pieceSamples = toSamples(50);

/** Speech without the silence at its ends. */
function trimmed(samples: Float32Array): Float32Array {
  const end = estimateWordEnd(samples);
  return samples.slice(end - estimateWordEnd(samples.slice(0, end).reverse()), end);
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function toSamples(ms: number): number {
  return Math.round((ms * EVALUATION_RATE_HZ) / 1000);
}

function toMs(nSamples: number): number {
  return (nSamples * 1000) / EVALUATION_RATE_HZ;
}
