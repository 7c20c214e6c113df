import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type { Detection, Detector } from '../detector/index.js';
import { ModelError, StateError } from '../errors.js';
import type { DetectorSpec, MeasuredEngine } from './detector-module.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** A foreign engine as a child process that speaks the protocol of docs/engines.md. */
export interface ProcessEngineChoice {
  /** Program and arguments; run without a shell. */
  readonly command: readonly [string, ...string[]];
}

/** Any engine as a child process, for `createEngine` in any process. */
export function processEngineSpec(options: ProcessEngineChoice): DetectorSpec {
  return { module: import.meta.url, options };
}

/** The line with which an engine says that it is ready. */
const helloSchema = z.object({
  engine: z.string().min(1),
  words: z.array(z.string().min(1)).min(1),
  thresholds: z.record(z.string(), z.number()).default({}),
  modelSha256: z.string().nullable().default(null),
});

/** The line with which it answers a block: what it reports after it. */
const replySchema = z.array(
  z.object({
    word: z.string(),
    score: z.number(),
    /** Estimated end of the word, samples since the last reset; the end of the block where left out. */
    endSample: z.int().nonnegative().optional(),
    llr: z.number().nullable().default(null),
    probability: z.number().nullable().default(null),
  }),
);

/** Starts the process and waits for its first line. */
export async function createEngine({ command }: ProcessEngineChoice): Promise<MeasuredEngine> {
  const process = new EngineProcess(command);
  const { engine, words, thresholds, modelSha256 } = await process.read(helloSchema);
  let heard = 0;
  const detector: Detector = {
    name: engine,
    words,
    sampleRateHz: EVALUATION_RATE_HZ,
    async process(block) {
      // A block without samples would be taken for a reset.
      if (block.length === 0) return [];
      heard += block.length;
      const reports = await process.ask(toPcm16(block));
      return reports.map(
        ({ endSample = heard, ...report }): Detection => ({ ...report, endSample, atSample: heard }),
      );
    },
    flush: async () => [],
    async reset() {
      heard = 0;
      await process.ask(Buffer.alloc(0));
    },
    dispose: () => process.end(),
  };
  const operatingPoint = { name: Object.keys(thresholds).length > 0 ? 'custom' : 'default', thresholds };
  const peakRssBytes = () => process.peakRssBytes();
  return { detector, modelSha256, operatingPoint, chosenOn: [], scores: null, peakRssBytes };
}

/** Mono float32 at ±1 as 16-bit little-endian PCM, limited at full scale. */
function toPcm16(block: Float32Array): Buffer {
  const bytes = Buffer.alloc(2 * block.length);
  block.forEach((sample, i) => {
    bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), 2 * i);
  });
  return bytes;
}

/** One request, one line: the process is never asked again before it has answered. */
class EngineProcess {
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #failed: Promise<never>;
  #ended = false;

  constructor([program, ...args]: readonly [string, ...string[]]) {
    this.#name = [program, ...args].join(' ');
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#failed = new Promise((_, reject) => {
      this.#child.once('error', (cause) => reject(this.#failure(cause.message, cause)));
      this.#child.once('close', (code, signal) =>
        reject(this.#failure(`its end (${signal ?? `exit code ${code}`})`)),
      );
    });
    // Told to whoever waits for a line; until then, or after the end, nobody may be waiting.
    this.#failed.catch(() => {});
    this.#child.stdin.on('error', () => {});
  }

  /** Sends a block, or nothing for a reset, and reads the answer. */
  async ask(pcm: Buffer): Promise<z.infer<typeof replySchema>> {
    if (this.#ended) {
      throw new StateError('process', 'disposed', {
        expected: 'an engine that runs',
        remedy: 'Make a new one.',
      });
    }
    const length = Buffer.alloc(4);
    length.writeUInt32LE(pcm.length);
    this.#child.stdin.write(Buffer.concat([length, pcm]));
    return this.read(replySchema);
  }

  /** The next line, which must have a schema. */
  async read<T extends z.ZodType>(schema: T): Promise<z.infer<T>> {
    const { value, done } = await Promise.race([this.#lines.next(), this.#failed]);
    if (done) return this.#failed;
    let json: unknown;
    try {
      json = JSON.parse(value);
    } catch (cause) {
      throw this.#failure(value, cause);
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success) throw this.#failure(z.prettifyError(parsed.error), parsed.error);
    return parsed.data;
  }

  /** High-water mark of its resident memory, which only Linux tells: not of processes that it starts itself. */
  async peakRssBytes(): Promise<number | null> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '');
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  }

  /** Closes its input, which tells it to end, and waits until it has. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#child.stdin.end();
    await this.#failed.catch(() => {});
  }

  #failure(actual: string, cause?: unknown): ModelError {
    return new ModelError(this.#name, {
      expected: 'one JSON line in answer, as in docs/engines.md',
      actual,
      stateChanged: true,
      cause,
    });
  }
}
