/**
 * What does a decision of the guard cost?
 *
 *     npm run build && node bench/guard.bench.mjs
 *
 * Dialogs to their end, over and over: a request that is confirmed, one with a slot question before, and one that is
 * refused. A decision is one call of `push`; what it takes with all its reasons, and with its text for a person. Exits 1
 * where the median is above 50 µs.
 */
import { Guard } from '../dist/guard/index.js';
import { machine, quantile } from './harness.mjs';

const mustUs = 50;
const nats = (llr) => ({ llr, inDomain: true, calibrationId: 'bench' });
const turn = {
  silenceBeforeMs: 1500,
  silenceBeforeWakeMs: 2000,
  speechInPromptMs: 0,
  latencyMs: 400,
  levelDifferenceDb: 0,
  tiltDifferenceDb: 0,
  otherVoiceMs: 0,
  playbackMs: 0,
};
const said = (startMs, endMs) => ({
  startMs,
  endMs,
  atMs: endMs + 300,
  turn,
  directedness: nats(2),
  sameVoice: nats(2),
});
const contact = { value: 'Anna', evidence: nats(5) };
const wake = { type: 'wake', word: 'alexa', ...said(500, 1000), evidence: nats(8), secondLook: nats(8) };
const request = (slots) => ({ type: 'request', act: 'send', ...said(1500, 3000), slots, evidence: nats(7) });
const prompt = (endMs) => ({ type: 'prompt', startMs: endMs - 500, endMs, atMs: endMs });
const reply = (startMs, kind) => ({
  type: 'confirmation',
  ...said(startMs, startMs + 1000),
  ...(kind === 'closed' ? { slotEvidence: { contact: nats(5) } } : {}),
  reply: kind === 'closed' ? { kind, act: 'send', slots: { contact: 'Anna' } } : { kind },
  evidence: nats(8.5),
});
const dialogs = {
  confirmed: [wake, request({ contact }), prompt(5000), reply(5400, 'closed')],
  'slot asked for': [
    wake,
    request({}),
    prompt(5000),
    { type: 'answer', ...said(5400, 6000), slot: 'contact', ...contact },
    prompt(9000),
    reply(9400, 'closed'),
  ],
  'refused at "right"': [wake, request({ contact }), prompt(5000), reply(5400, 'yes')],
};

const guard = new Guard({ acts: { send: { stake: 'send', slots: ['contact'] } } });
let consumed = 0;
function timed(events, withText) {
  guard.reset();
  return events.map((event) => {
    const start = process.hrtime.bigint();
    for (const decision of guard.push(event)) {
      consumed += decision.conditions.length;
      if (withText) consumed += guard.explain(decision).length;
    }
    return Number(process.hrtime.bigint() - start) / 1000;
  });
}

console.log(machine([]));
let failed = false;
for (const withText of [false, true]) {
  for (const [name, events] of Object.entries(dialogs)) {
    for (let i = 0; i < 2000; i++) timed(events, withText); // warm
    const samples = Array.from({ length: 5000 }, () => timed(events, withText)).flat();
    const [p50, p99] = [quantile(samples, 0.5), quantile(samples, 0.99)];
    failed ||= !withText && p50 > mustUs;
    console.log(
      `${name}${withText ? ', with its text' : ''}: p50 ${p50.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs a decision, ${samples.length} samples`,
    );
  }
}
if (consumed === 0) throw new Error('nothing was decided');
if (failed) {
  console.log(`above ${mustUs} µs`);
  process.exitCode = 1;
}
