import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ConfigError, CorpusError } from '../errors.js';

/** A voice of an installed synthesiser. */
export interface Voice {
  /** Name of the program. */
  readonly synthesiser: string;
  /** Name of the voice in that program. */
  readonly name: string;
  /** What may be done with what it says, as far as its makers tell. */
  readonly licence: string;
  /** Speaks a text at a pace (1 is the voice's own) into a WAV file. */
  speak(text: string, pace: number, file: string): Promise<void>;
}

/** How to run a program. */
interface Call {
  readonly args: readonly string[];
  readonly input?: string;
}

/** How one synthesiser is asked for its voices and for speech. */
interface Synthesiser {
  readonly program: string;
  readonly licence: string;
  voices(path: string): Promise<readonly string[]>;
  call(voice: string, text: string, pace: number, file: string): Call;
}

const timeoutMs = 60_000;

const espeakAccents = ['en-us', 'en-gb', 'en-gb-x-rp', 'en-gb-scotland', 'en-029'];
const espeakVariants = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'f1', 'f2', 'f3', 'f4', 'f5'];

const synthesisers: readonly Synthesiser[] = [
  {
    program: 'espeak-ng',
    licence: 'GPL-3.0-or-later program',
    voices: async () =>
      espeakAccents.flatMap((accent) => espeakVariants.map((variant) => `${accent}+${variant}`)),
    call: (voice, text, pace, file) => ({
      args: ['-v', voice, '-s', String(Math.round(165 * pace)), '-w', file, '--stdin'],
      input: text,
    }),
  },
  {
    program: 'flite',
    licence: 'BSD-like (Carnegie Mellon University)',
    // "Voices available: kal awb_time kal16 awb rms slt"; awb_time tells the time alone.
    voices: async (path) => {
      const listed = (await run(path, { args: ['-lv'] })).split(':').at(-1)?.trim().split(/\s+/) ?? [];
      return listed.filter((voice) => /^\w+$/.test(voice) && voice !== 'awb_time');
    },
    call: (voice, text, pace, file) => ({
      args: ['-voice', voice, '--setf', `duration_stretch=${(1 / pace).toFixed(2)}`, '-t', text, '-o', file],
    }),
  },
  {
    program: 'text2wave',
    licence: 'BSD-like (Festival, University of Edinburgh)',
    voices: async () => ['default'],
    call: (_, text, pace, file) => ({
      args: ['-o', file, '-eval', `(Parameter.set 'Duration_Stretch ${(1 / pace).toFixed(2)})`],
      input: text,
    }),
  },
  {
    program: 'pico2wave',
    licence: 'Apache-2.0 (SVOX Pico)',
    voices: async () => ['en-US', 'en-GB'],
    call: (voice, text, _, file) => ({ args: ['-l', voice, '-w', file, text] }),
  },
  {
    program: 'say',
    licence: 'macOS voices: see the licence of macOS',
    // "Daniel              en_GB    # Hello, my name is Daniel."
    voices: async (path) =>
      (await run(path, { args: ['-v', '?'] }))
        .split('\n')
        .flatMap((line) => /^(.+?)\s+en[_-]\w+\s+#/.exec(line)?.[1] ?? []),
    call: (voice, text, pace, file) => ({
      args: [
        '-v',
        voice,
        '-r',
        String(Math.round(175 * pace)),
        '--data-format=LEI16@22050',
        '-o',
        file,
        text,
      ],
    }),
  },
];

/** Programs that are looked for. */
export const synthesiserNames: readonly string[] = synthesisers.map(({ program }) => program);

/**
 * The voices of the synthesisers on a search path, in a fixed order.
 *
 * @param wanted programs to use; all that are found where left out
 * @throws ConfigError where none is installed, or a wanted one is not
 */
export async function findVoices(
  wanted: readonly string[] | undefined,
  searchPath: string = process.env.PATH ?? '',
): Promise<Voice[]> {
  const unknown = wanted?.find((name) => !synthesiserNames.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError('synthesisers', { expected: synthesiserNames.join(', '), actual: unknown });
  }
  const voices: Voice[] = [];
  for (const synthesiser of synthesisers) {
    const { program, licence } = synthesiser;
    if (wanted && !wanted.includes(program)) continue;
    const path = await onPath(program, searchPath);
    if (path === null) {
      if (!wanted) continue;
      throw new ConfigError('synthesisers', { expected: `${program} on PATH`, actual: 'no such program' });
    }
    for (const name of await synthesiser.voices(path)) {
      const speak = async (text: string, pace: number, file: string) => {
        await run(path, synthesiser.call(name, text, pace, file));
      };
      voices.push({ synthesiser: program, name, licence, speak });
    }
  }
  if (voices.length > 0) return voices;
  throw new ConfigError('synthesisers', {
    expected: `one of ${synthesiserNames.join(', ')} on PATH`,
    actual: 'none',
    remedy: 'Install one, for example with: apt-get install espeak-ng',
  });
}

async function onPath(program: string, searchPath: string): Promise<string | null> {
  for (const folder of searchPath.split(delimiter)) {
    const path = join(folder || '.', program);
    const isRunnable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isRunnable) return path;
  }
  return null;
}

/** Runs a program without a shell and returns what it prints. */
function run(path: string, { args, input }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { timeout: timeoutMs, stdio: ['pipe', 'pipe', 'pipe'] });
    const printed: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => complaints.push(bytes));
    child.stdin.on('error', () => {}); // A program that reads no input closes it; its exit status tells the rest.
    child.on('error', (cause) => reject(failure(path, cause.message, cause)));
    child.on('close', (status, signal) => {
      if (status === 0) resolve(Buffer.concat(printed).toString());
      else reject(failure(path, `${signal ?? `status ${status}`}: ${Buffer.concat(complaints)}`.trim()));
    });
    child.stdin.end(input ?? '');
  });
}

function failure(path: string, actual: string, cause?: unknown): CorpusError {
  return new CorpusError(path, 'speech', { expected: 'the synthesiser to end well', actual, cause });
}
