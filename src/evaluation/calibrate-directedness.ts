import { joinBlocks } from '../audio/index.js';
import { cllr, fitLogistic, seededRandom } from '../calibration/index.js';
import type { DirectednessJson } from '../dialog/index.js';
import { ConfigError } from '../errors.js';
import { EvidenceModel, type EvidenceModelJson, type TurnFeatures } from '../guard/index.js';
import { readManifest, readRecordings } from './manifest.js';
import { openRecording } from './recording.js';
import { openTape } from './tape.js';
import { findTalk, simulateDialogs, type TurnTrial } from './turn-trials.js';

/** Speech to lay dialogs from, and talk that is nobody's request. */
export interface TurnCorpora {
  /** Manifests whose lines tell the speaker. */
  readonly speakers: readonly string[];
  /** Manifests of talk; recordings are heard whole. */
  readonly talk: readonly string[];
  /** Manifests of noise, behind half of both; empty for none. */
  readonly noise: readonly string[];
}

/** What to fit on, and what to check on. */
export interface DirectednessRequest {
  readonly fit: TurnCorpora;
  readonly check: TurnCorpora;
  readonly seed: number;
}

/** What a model is worth on turns that it was not fitted on. */
export interface DirectednessCheck {
  readonly turn: 'request' | 'reply';
  readonly directed: number;
  readonly talk: number;
  /** Trials of which a feature was not known or lay outside the fit's range. */
  readonly unknown: number;
  /** In bits; 1 is no information. */
  readonly cllr: number;
  /** Share of directed turns with an LLR below 0, and of talk with one of 0 or more. */
  readonly missed: number;
  readonly passed: number;
}

type Feature = EvidenceModelJson['features'][string] & { readonly atMost: number };
type Shape = Omit<Feature, 'w'>;

const difference = (atMost: number): Shape => ({ from: 0, to: atMost, atMost, magnitude: true });
const duration = (atMost: number): Shape => ({ from: 0, to: atMost, atMost });

/**
 * What each turn is judged by; the difference in tilt counts by its size. Levels do not: how loud the parts of a simulated
 * dialog are is decided here, and a fit on it would learn that decision.
 */
const shapes: Readonly<Record<'request' | 'reply', Readonly<Partial<Record<keyof TurnFeatures, Shape>>>>> = {
  request: {
    silenceBeforeWakeMs: duration(2000),
    tiltDifferenceDb: difference(6),
  },
  reply: {
    silenceBeforeMs: duration(2000),
    speechInPromptMs: duration(1000),
    latencyMs: { ...duration(3000), from: -1000 },
    tiltDifferenceDb: difference(6),
  },
};

/** Keeps coefficients finite where a feature tells the classes apart by itself; predictors are about 1. */
const ridge = 0.1;

/**
 * Fits how much what surrounds a turn says of whether it is meant for the device, on simulated dialogs and real talk, and
 * checks it on others. Deterministic.
 *
 * @throws ConfigError where there are too few turns to fit
 */
export async function calibrateDirectedness({
  fit,
  check,
  seed,
}: DirectednessRequest): Promise<{ model: DirectednessJson; checks: DirectednessCheck[] }> {
  const [fitted, checked] = [await trialsOf(fit, seed), await trialsOf(check, seed + 1)];
  const corpora: string[] = [];
  for (const path of [...fit.speakers, ...fit.talk, ...fit.noise])
    corpora.push((await readManifest(path)).sha256.slice(0, 12));
  const fitOf = (turn: 'request' | 'reply') => fitTurn(turn, fitted, corpora);
  const model: DirectednessJson = {
    schema: 'wakeproof-directedness/1',
    request: fitOf('request'),
    reply: fitOf('reply'),
  };
  const checks = (['request', 'reply'] as const).map((turn) => checkTurn(turn, model[turn], checked));
  return { model, checks };
}

async function trialsOf({ speakers, talk, noise }: TurnCorpora, seed: number): Promise<TurnTrial[]> {
  const random = seededRandom(seed);
  const tape = await openTape(noise);
  const pieces: Float32Array[] = [];
  for (const path of talk) pieces.push(await readTalk(path));
  try {
    const dialogs = await simulateDialogs(speakers, await joinBlocks(pieces), tape, random);
    return [...dialogs, ...(await findTalk(pieces, tape, random))];
  } finally {
    await tape?.dispose();
  }
}

/** The recordings of a manifest, one behind the other. */
async function readTalk(path: string): Promise<Float32Array> {
  const recordings: Float32Array[] = [];
  for (const recording of await readRecordings([path])) {
    recordings.push(await joinBlocks(openRecording(recording)));
  }
  return joinBlocks(recordings);
}

function fitTurn(
  turn: 'request' | 'reply',
  trials: readonly TurnTrial[],
  corpora: string[],
): EvidenceModelJson {
  const shape = Object.entries(shapes[turn]);
  const rows = trials.flatMap((trial) => {
    const values = shape.map(([name, { from, atMost, magnitude }]) => {
      const value = trial[turn][name as keyof TurnFeatures];
      if (value === null) return null;
      const counted = Math.min(magnitude ? Math.abs(value) : value, atMost);
      return counted < from ? null : counted / atMost;
    });
    return values.includes(null)
      ? []
      : [{ isDirected: trial.isDirected, values: [1, ...(values as number[])] }];
  });
  const nTargets = rows.filter(({ isDirected }) => isDirected).length;
  const nNonTargets = rows.length - nTargets;
  if (Math.min(nTargets, nNonTargets) < 100) {
    throw new ConfigError('corpora', {
      expected: 'at least 100 dialogs and 100 pieces of talk',
      actual: `${nTargets} and ${nNonTargets}`,
    });
  }
  const theta = fitLogistic({
    design: Float64Array.from(rows.flatMap(({ values }) => values)),
    nPredictors: shape.length + 1,
    isTarget: Uint8Array.from(rows, ({ isDirected }) => Number(isDirected)),
    // Both classes weigh alike, so that the log odds are the log-likelihood ratio.
    weights: Float64Array.from(
      rows,
      ({ isDirected }) => rows.length / 2 / (isDirected ? nTargets : nNonTargets),
    ),
    offsets: new Float64Array(rows.length),
    ridge: [0, ...shape.map(() => ridge)],
  });
  const round = (value: number) => Number(value.toPrecision(4));
  return {
    schema: 'wakeproof-evidence-model/1',
    id: `directedness-${turn}-1`,
    stage: 'directedness',
    b: round(theta[0] as number),
    features: Object.fromEntries(
      shape.map(([name, feature], i) => [
        name,
        { w: round((theta[i + 1] as number) / feature.atMost), ...feature },
      ]),
    ),
    nTargets,
    nNonTargets,
    corpora,
  };
}

function checkTurn(
  turn: 'request' | 'reply',
  json: EvidenceModelJson,
  trials: readonly TurnTrial[],
): DirectednessCheck {
  const model = EvidenceModel.directedness(json);
  const [targets, nonTargets]: [number[], number[]] = [[], []];
  let unknown = 0;
  for (const trial of trials) {
    const { llr, inDomain } = model.evidence(trial[turn]);
    if (llr === null || inDomain !== true) unknown++;
    else (trial.isDirected ? targets : nonTargets).push(llr);
  }
  return {
    turn,
    directed: targets.length,
    talk: nonTargets.length,
    unknown,
    cllr: cllr({ targets, nonTargets }),
    missed: targets.filter((llr) => llr < 0).length / targets.length,
    passed: nonTargets.filter((llr) => llr >= 0).length / nonTargets.length,
  };
}
