import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import { z } from 'zod';
import { CorpusError } from '../errors.js';
import { joinObservations, type Observations } from './observations.js';
import type { CorpusRef, EvaluationPlan } from './plan.js';

/** First line of a partial: JSON lines that hold what was heard in some units of an evaluation. */
interface Header {
  readonly schema: 'wakeproof-partial/1';
  readonly plan: EvaluationPlan;
  /** Units of the whole evaluation. */
  readonly nUnits: number;
}

/** The outline that is checked on reading; what lies within was written by this program. */
const headerSchema = z.looseObject({
  schema: z.literal('wakeproof-partial/1'),
  plan: z.looseObject({}),
  nUnits: z.int().nonnegative(),
});
const unitSchema = z.looseObject({ unit: z.int().nonnegative(), observations: z.looseObject({}) });

/** What a partial holds. */
interface Content {
  readonly header: Header;
  /** By index of the unit. */
  readonly heard: Map<number, Observations>;
  /** Length of the lines that are whole, in bytes: a line that was cut off by an interruption is left out. */
  readonly nBytes: number;
}

/**
 * A file in which an evaluation keeps what it has heard, unit by unit, so that it can be interrupted and resumed, and
 * so that shards can be put together.
 */
export class PartialFile {
  private constructor(
    private readonly file: FileHandle,
    /** What earlier runs have heard, by index of the unit. */
    readonly heard: ReadonlyMap<number, Observations>,
  ) {}

  /**
   * Makes a file, or goes on with one that is there.
   *
   * @throws CorpusError where it belongs to another evaluation
   */
  static async open(path: string, plan: EvaluationPlan, nUnits: number): Promise<PartialFile> {
    const existing = await readFile(path).catch(() => null);
    if (!existing || existing.length === 0) {
      const file = await open(path, 'a');
      const header: Header = { schema: 'wakeproof-partial/1', plan, nUnits };
      await file.write(`${JSON.stringify(header)}\n`);
      return new PartialFile(file, new Map());
    }
    const content = parse(path, existing);
    requireSamePlan(path, content.header.plan, plan);
    await truncate(path, content.nBytes);
    return new PartialFile(await open(path, 'a'), content.heard);
  }

  /** Keeps what was heard in a unit. */
  async append(unit: number, observations: Observations): Promise<void> {
    await this.file.write(`${JSON.stringify({ unit, observations })}\n`);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/**
 * Puts the partials of one evaluation together.
 *
 * @throws CorpusError where they are of different evaluations, or a unit is missing or there twice
 */
export async function mergePartials(
  paths: readonly string[],
): Promise<{ plan: EvaluationPlan; observations: Observations }> {
  const all = new Map<number, Observations>();
  let first: Header | null = null;
  for (const path of paths) {
    const { header, heard } = parse(path, await readPartial(path));
    first ??= header;
    requireSamePlan(path, header.plan, first.plan);
    for (const [unit, observations] of heard) {
      if (all.has(unit)) {
        throw new CorpusError(path, `unit ${unit}`, {
          expected: 'each unit in one partial',
          actual: 'a second time',
          remedy: 'Give each shard once.',
        });
      }
      all.set(unit, observations);
    }
  }
  if (!first) throw new CorpusError('merge', 'partials', { expected: 'at least one', actual: 'none' });
  const order = Array.from({ length: first.nUnits }, (_, unit) => unit);
  const missing = order.filter((unit) => !all.has(unit));
  if (missing.length > 0) {
    throw new CorpusError(paths.join(', '), 'units', {
      expected: `all ${first.nUnits} units`,
      actual: `${missing.length} missing (${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''})`,
      remedy: 'Give all shards, and finish those that were interrupted.',
    });
  }
  return {
    plan: first.plan,
    observations: joinObservations(order.map((unit) => all.get(unit) as Observations)),
  };
}

async function readPartial(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: Error) => {
    throw new CorpusError(path, 'partial', { expected: 'a readable file', actual: cause.message, cause });
  });
}

function parse(path: string, bytes: Buffer): Content {
  const nBytes = bytes.lastIndexOf('\n') + 1;
  const lines = bytes.subarray(0, nBytes).toString('utf8').split('\n').slice(0, -1);
  const [head, ...units] = lines.map((line, index) => parseLine(path, index + 1, line));
  const heard = new Map<number, Observations>();
  for (const value of units) {
    const { unit, observations } = value as unknown as { unit: number; observations: Observations };
    heard.set(unit, observations);
  }
  if (!head) throw notPartial(path, 1);
  return { header: head as unknown as Header, heard, nBytes };
}

function parseLine(path: string, number: number, line: string): Record<string, unknown> {
  try {
    return (number === 1 ? headerSchema : unitSchema).parse(JSON.parse(line));
  } catch (cause) {
    throw notPartial(path, number, cause);
  }
}

function notPartial(path: string, line: number, cause?: unknown): CorpusError {
  return new CorpusError(path, `line ${line}`, {
    expected: 'a partial as `wakeproof eval --partial` writes it',
    actual: 'something else',
    cause,
  });
}

function requireSamePlan(path: string, plan: EvaluationPlan, wanted: EvaluationPlan): void {
  if (identityOf(plan) === identityOf(wanted)) return;
  const differing = (Object.keys(wanted) as (keyof EvaluationPlan)[]).filter(
    (key) => part(plan, key) !== part(wanted, key),
  );
  throw new CorpusError(path, 'plan', {
    expected: 'the same engine, corpora, conditions and seed',
    actual: `another ${differing.join(', ')}`,
    remedy: 'Take another file for another evaluation.',
  });
}

const corporaKeys: ReadonlySet<keyof EvaluationPlan> = new Set([
  'positives',
  'negatives',
  'noise',
  'playback',
  'rooms',
]);

/** Corpora are the same by their hash, wherever they lie. */
function part(plan: EvaluationPlan, key: keyof EvaluationPlan): string {
  const value = plan[key];
  const isCorpora = corporaKeys.has(key);
  return JSON.stringify(isCorpora ? (value as readonly CorpusRef[]).map(({ sha256 }) => sha256) : value);
}

/** Names what is heard, by whom: 16 hexadecimal digits, the same for all partials of one evaluation. */
export function planDigest(plan: EvaluationPlan): string {
  return createHash('sha256').update(identityOf(plan)).digest('hex').slice(0, 16);
}

function identityOf(plan: EvaluationPlan): string {
  return (Object.keys(plan) as (keyof EvaluationPlan)[])
    .sort()
    .map((key) => part(plan, key))
    .join('\n');
}
