import { type FromChild, type ToChild, toRecord } from './child-messages.js';
import { createEngine } from './detector-module.js';
import { Mixer } from './mixer.js';
import { openRecording } from './recording.js';
import { runUnit, type UnitContext } from './units.js';

// A child process of an evaluation: takes a setup, then one unit after the other, until its parent ends it.

/** Progress is told at most this often, in ms. */
const PROGRESS_INTERVAL_MS = 200;

const send = (message: FromChild): void => {
  process.send?.(message);
};

let context: Promise<UnitContext>;

process.on('message', (message: ToChild) => {
  const work = message.type === 'setup' ? setUp(message) : hear(message.unit);
  work.catch((error: unknown) => send({ type: 'failed', error: toRecord(error) }));
});
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the parent too, which ends its children once it has kept what is done.
process.on('SIGINT', () => {});

async function setUp({ engine, corpora, mixing, files }: Extract<ToChild, { type: 'setup' }>): Promise<void> {
  context = Promise.all([createEngine(engine), Mixer.attach(files, mixing)]).then(([measured, mixer]) => ({
    ...measured,
    corpora,
    mixer,
    openRecording,
  }));
  await context;
}

async function hear(unit: Extract<ToChild, { type: 'run' }>['unit']): Promise<void> {
  let toldAtMs = 0;
  const observations = await runUnit(await context, unit, (doneSec) => {
    if (Date.now() - toldAtMs < PROGRESS_INTERVAL_MS) return;
    toldAtMs = Date.now();
    send({ type: 'progress', doneSec });
  });
  send({ type: 'done', observations });
}
