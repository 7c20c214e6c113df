import { SingleBar } from 'cli-progress';
import color from 'picocolors';
import { type AudioSource, type OpenAudioOptions, openAudio } from '../audio/index.js';
import { inputRatesHz } from '../dsp/index.js';
import { AudioFormatError } from '../errors.js';

/** Files longer than this get a progress bar. */
const barFromSec = 10;

/** Opens a file, or stdin for `-`, and refuses a rate that the front end does not convert. */
export async function openInput(file: string, rateHz: number | undefined): Promise<AudioSource> {
  const options: OpenAudioOptions = { onWarning: warn, ...(rateHz === undefined ? {} : { rateHz }) };
  const source = await openAudio(file === '-' ? process.stdin : file, options);
  if (inputRatesHz.includes(source.sampleRateHz)) return source;
  await source.close();
  throw new AudioFormatError(source.name, {
    expected: `a sample rate of ${inputRatesHz.join(', ')} Hz`,
    actual: `${source.sampleRateHz} Hz`,
    remedy: 'Convert it, for example with: ffmpeg -i INPUT -ar 16000 OUTPUT.wav',
  });
}

/** Says something that is no data. */
export function warn(message: string): void {
  process.stderr.write(`${color.yellow('note:')} ${message}\n`);
}

/**
 * Lets an engine hear a whole source; on a terminal, with a bar for long files.
 *
 * @returns seconds of audio heard
 */
export async function hear<Event>(
  source: AudioSource,
  engine: {
    push(block: Float32Array): Promise<readonly Event[]>;
    flush(): Promise<readonly Event[]>;
  },
  onEvents: (events: readonly Event[]) => void,
): Promise<number> {
  const progress = new Progress(source);
  let nSamples = 0;
  const tell = (events: readonly Event[]) => {
    if (events.length === 0) return;
    progress.clear();
    onEvents(events);
  };
  try {
    for await (const block of source.blocks) {
      nSamples += block.length;
      tell(await engine.push(block));
      progress.update(nSamples / source.sampleRateHz);
    }
    tell(await engine.flush());
  } catch (error) {
    throw error instanceof AudioFormatError && error.source === 'block'
      ? placed(error, source, nSamples)
      : error;
  } finally {
    progress.stop();
  }
  return nSamples / source.sampleRateHz;
}

/** Names the file in an error that the engine could only lay to a block. */
function placed(
  cause: AudioFormatError,
  { name, sampleRateHz }: AudioSource,
  nSamples: number,
): AudioFormatError {
  const actual = `${cause.actual} that end at ${(nSamples / sampleRateHz).toFixed(2)} s`;
  return new AudioFormatError(name, { expected: cause.expected, actual, cause });
}

/** A bar on stderr, only on a terminal and only for files of more than 10 s. */
class Progress {
  #bar: SingleBar | null = null;

  constructor(private readonly source: AudioSource) {}

  update(heardSec: number): void {
    const share = this.source.progress();
    if (share === null || !process.stderr.isTTY) return;
    if ((this.source.durationSec ?? heardSec) <= barFromSec) return;
    this.#bar ??= this.#start();
    this.#bar.update(share, { heard: `${Math.round(heardSec)} s` });
  }

  /** Makes room for a line of data; the next update draws the bar again. */
  clear(): void {
    if (this.#bar) process.stderr.write('\r\x1b[K');
  }

  stop(): void {
    this.#bar?.stop();
  }

  #start(): SingleBar {
    const format = 'heard {heard} [{bar}] {percentage} %, {eta_formatted} left';
    const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
    bar.start(1, 0, { heard: '' });
    return bar;
  }
}
