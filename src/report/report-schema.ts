import { z } from 'zod';
import { CORPUS_KINDS } from '../evaluation/index.js';

const count = z.int().nonnegative();
const nonNegative = z.number().nonnegative();
const share = z.number().min(0).max(1);
const interval = z.tuple([z.number(), z.number()]).describe('95 % interval: low, high');
const byWord = <T extends z.ZodType>(value: T) => z.record(z.string(), value);
const sha256 = z.string().describe('SHA-256, hexadecimal');
const condition = z
  .string()
  .regex(/^(clean|room|(room )?((snr|playback|level) -?\d+(\.\d+)?|codec mulaw))$/)
  .describe('as recorded, or an effect (dB, dBFS), a room, or an effect in a room');
const byCondition = z.object({
  condition,
  clips: count,
  misses: count,
  missRate: share,
  interval: interval.describe('Wilson, 95 %'),
});

const rate = z.object({
  hours: nonNegative.describe('exposure: hours in which the word is not said'),
  rate: nonNegative.describe('false wakes per hour'),
  interval: interval.describe('Garwood, 95 %'),
});
const grades = z.object({
  cllr: nonNegative.describe('bits'),
  minCllr: nonNegative.describe('bits'),
  ece: share,
  brier: share,
  nTargets: count,
  nNonTargets: count,
  nOutOfDomain: count.describe('trials outside the domain, which are in no other figure'),
});

/** What `wakeproof eval --json` prints. */
const evaluationSchema = z
  .object({
    schema: z.literal('wakeproof-eval/1'),
    engine: z.string(),
    modelSha256: sha256.nullable(),
    operatingPoint: z.object({ name: z.string(), thresholds: byWord(z.number()) }),
    seed: z.int(),
    positives: z.array(
      z.object({
        manifest: z.string(),
        word: z.string(),
        condition,
        clips: count,
        misses: count,
        missRate: share,
        interval: interval.describe('Wilson, 95 %'),
        latencyMs: z
          .object({ p50: z.number().nullable(), p95: z.number().nullable() })
          .describe('end of the word to report, over the hits'),
        furtherWakes: byWord(count),
      }),
    ),
    byCondition: z.array(byCondition).describe('all words together'),
    byRoom: z.array(byCondition.extend({ room: z.string() })).describe('all words together'),
    negatives: z.array(
      z.object({
        manifest: z.string(),
        kind: z.enum(CORPUS_KINDS).nullable(),
        hours: nonNegative,
        speechHours: nonNegative,
        falseWakes: byWord(count),
        spoken: byWord(z.object({ segments: count, hours: nonNegative })),
      }),
    ),
    total: z.object({ hours: nonNegative, falseWakes: byWord(count), perHour: byWord(rate.nullable()) }),
    byKind: z.array(
      z.object({
        kind: z.enum(CORPUS_KINDS).nullable(),
        hours: nonNegative,
        speechHours: nonNegative,
        falseWakes: byWord(count),
        perHour: byWord(rate.nullable()),
      }),
    ),
    nearWords: z.array(
      z.object({ said: z.string(), word: z.string(), segments: count, falseWakes: count, interval }),
    ),
    calibration: grades.extend({ byWord: byWord(grades) }).nullable(),
    chosenOn: z.array(z.string()).describe('manifests on which threshold or calibration was chosen'),
    cpuMsPerAudioSec: nonNegative
      .nullable()
      .describe(
        'CPU time of the process within calls of the engine; warm and alone where recordings are long',
      ),
    peakRssBytes: count
      .nullable()
      .describe("peak resident memory of the engine's process, Node and decoding included where it is ours"),
  })
  .describe('What `wakeproof eval --json` prints');

const corpora = z.array(
  z.object({
    manifest: z.string(),
    sha256: sha256.describe("SHA-256 of the manifest's bytes and of each recording's length in bytes"),
    about: z.object({
      kind: z.enum(CORPUS_KINDS).nullable(),
      licence: z.string().nullable(),
      split: z.enum(['train', 'dev', 'test']).nullable(),
    }),
  }),
);

/** `report.json` of `wakeproof eval --report`; docs/report.schema.json is made from it. */
export const reportSchema = z
  .object({
    schema: z.literal('wakeproof-report/1'),
    summary: evaluationSchema,
    corpora: z.object({
      positives: corpora,
      negatives: corpora,
      noise: corpora,
      playback: corpora,
      rooms: corpora,
    }),
    missesBySpeaker: z.array(
      z.object({
        word: z.string(),
        condition,
        clips: count,
        misses: count,
        groups: count,
        speakersKnown: z.boolean(),
        interval: interval.nullable().describe('bootstrap over speakers, 95 %'),
      }),
    ),
    falseWakesBySession: z.array(
      z.object({
        word: z.string(),
        falseWakes: count,
        hours: nonNegative,
        sessions: count,
        sessionsWoken: count,
        interval: interval.nullable().describe('of false wakes per hour: bootstrap over sessions, 95 %'),
      }),
    ),
    cllrBySpeaker: z.array(
      z.object({
        word: z.string(),
        cllr: nonNegative.describe('bits'),
        groups: count,
        interval: interval.nullable().describe('bootstrap over speakers and sessions, 95 %'),
      }),
    ),
    det: z.array(
      z.object({
        word: z.string(),
        condition,
        points: z.array(
          z.object({
            threshold: z.number(),
            misses: count,
            missRate: share,
            falseAlarms: count,
            falseAlarmsPerHour: nonNegative,
          }),
        ),
      }),
    ),
    llrs: z.array(
      z.object({
        word: z.string(),
        prior: share,
        stakes: z.array(
          z.object({
            stake: z.string(),
            actDcf: nonNegative,
            minDcf: nonNegative,
            misses: count,
            falseAccepts: count,
          }),
        ),
        reliability: z.object({
          prior: share,
          ece: share,
          brier: share,
          bins: z.array(
            z.object({
              from: share,
              to: share,
              nTargets: count,
              nNonTargets: count,
              weight: nonNegative,
              claimed: share.nullable(),
              observed: share.nullable(),
            }),
          ),
        }),
        bayesError: z.array(
          z.object({ priorLogOdds: z.number(), actual: nonNegative, minimum: nonNegative }),
        ),
      }),
    ),
    machine: z.object({ cpu: z.string(), cores: count, node: z.string() }),
  })
  .describe('An evaluation in full: `report.json` of `wakeproof eval --report`');

/** The schema of `report.json` as JSON Schema. */
export function reportJsonSchema(): unknown {
  return z.toJSONSchema(reportSchema);
}
