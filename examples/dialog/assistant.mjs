#!/usr/bin/env node
// A small assistant for voice messages, to start a device from:
//
//   node examples/dialog/assistant.mjs talk.wav --contacts contacts.txt
//   node examples/dialog/assistant.mjs --microphone --contacts contacts.txt
//
// "Alexa. Send a message to Anna Karlsson." – "Send it to Anna Karlsson?" – "Yes, send it to Anna Karlsson." – and it records.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  DirectednessModel,
  Guard,
  IntentEngine,
  openAudio,
  pipeline,
  VoiceDialog,
  VoiceModel,
  WakeEngine,
  WakeproofError,
} from 'wakeproof';

/** What the device can do, and what is at stake: the guard knows `send` and `call` by their costs. */
const acts = { send: { stake: 'send', slots: ['contact'] }, call: { stake: 'call', slots: ['contact'] } };
/** What each intent of the grammar is to the dialog. */
const roles = {
  send: { kind: 'request', act: 'send' },
  call: { kind: 'request', act: 'call' },
  who: { kind: 'answer', slot: 'contact' },
  yes: { kind: 'yes' },
  no: { kind: 'no' },
  sendIt: { kind: 'closed', act: 'send' },
};
const grammarFile = new URL('../../replays/portland/messages.yaml', import.meta.url);
/** A message ends with this much silence, or at this length. */
const [silenceMs, longestMessageMs] = [2000, 30_000];

/** What the device says; here it is printed. */
function promptFor({ kind, slot, mode, named = {} }) {
  if (kind === 'slot') return `To which ${slot}?`;
  const to = Object.values(named).join(' and ');
  return mode === 'closed' ? `Shall I send it to ${to}? Say "send it to ${to}".` : `${to}, is that right?`;
}

/** Records what is said after a confirmed act. The guard is told of the buffer, and allows one for each act. */
class MessageRecorder {
  #blocks = [];
  #ms = 0;
  #quietSinceMs = 0;

  constructor(guard, to) {
    this.to = to;
    guard.hold({ name: `message to ${to}`, purpose: 'message', zero: () => this.wipe() });
  }

  /** Takes a block; true when the message is over. */
  hear(block, sampleRateHz, isSpeech) {
    this.#blocks.push(block.slice());
    const nSamples = block instanceof Float32Array ? block.length : block.length / 2; // the microphone gives bytes
    this.#ms += (1000 * nSamples) / sampleRateHz;
    if (isSpeech) this.#quietSinceMs = this.#ms;
    return this.#ms - this.#quietSinceMs > silenceMs || this.#ms > longestMessageMs;
  }

  /** A device hands the message to its messenger here. */
  deliver() {
    const lengthSec = (this.#quietSinceMs / 1000).toFixed(1);
    console.log(
      this.#quietSinceMs > 0 ? `sent ${lengthSec} s to ${this.to}` : 'nothing was said, nothing sent',
    );
    this.wipe();
  }

  wipe() {
    for (const block of this.#blocks) block.fill(0);
    this.#blocks = [];
  }
}

/** Blocks of a recording, or of the microphone by `arecord`, as float32. */
async function openSound(path, useMicrophone) {
  if (!useMicrophone) return openAudio(path);
  const sampleRateHz = 16000;
  const arecord = spawn('arecord', [
    '-q',
    '-t',
    'raw',
    '-f',
    'S16_LE',
    '-c',
    '1',
    '-r',
    String(sampleRateHz),
  ]);
  let said = '';
  arecord.stderr.on('data', (text) => {
    said += text;
  });
  await Promise.race([
    once(arecord, 'spawn'),
    once(arecord, 'error').then(([error]) => Promise.reject(error)),
  ]).catch((cause) => {
    throw new Error('cannot start arecord: install alsa-utils, or give a recording', { cause });
  });
  process.once('SIGINT', () => arecord.kill());
  async function* blocks() {
    yield* arecord.stdout;
    if (arecord.exitCode) throw new Error(`arecord ended with code ${arecord.exitCode}: ${said.trim()}`);
  }
  return { sampleRateHz, blocks: blocks() };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      contacts: { type: 'string' },
      microphone: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      audit: { type: 'boolean', default: false },
    },
  });
  const [path] = positionals;
  if (!values.contacts || (path === undefined) !== values.microphone) {
    throw new Error('usage: assistant.mjs FILE|--microphone --contacts NAMES.txt [--verbose] [--audit]');
  }
  const contacts = (await readFile(values.contacts, 'utf8')).split('\n').filter((name) => name.trim() !== '');
  const { sampleRateHz, blocks } = await openSound(path, values.microphone);

  const guard = new Guard({ acts });
  const wake = await WakeEngine.create({ sampleRateHz, words: ['alexa'] });
  const grammar = await readFile(grammarFile, 'utf8');
  const intent = await IntentEngine.create({
    sampleRateHz,
    grammar,
    slots: { contact: contacts },
    listening: 'onCall',
  });
  const requests = Object.keys(roles).filter((name) => roles[name].kind === 'request');
  const stream = pipeline({ wake, intent, requests });
  const dialog = await VoiceDialog.create({
    pipeline: stream,
    policy: guard,
    roles,
    voice: await VoiceModel.load(),
    directedness: await DirectednessModel.load(),
    // A printed prompt is taken to play at once. A device with a loudspeaker leaves this out, plays the prompt, and calls
    // dialog.promptPlayed({ startMs, endMs }) when it is over.
    promptMs: ({ kind }) => (kind === 'slot' ? 900 : 1600),
  });

  let recorder = null;
  let isSpeech = false;
  const take = (steps) => {
    for (const step of steps) {
      if (step.kind === 'speech') isSpeech = step.event.type === 'speechStart';
      if (step.kind === 'wake') {
        console.log(`${(step.event.endMs / 1000).toFixed(1)} s  heard "${step.event.word}"`);
        const { preRoll } = step.event;
        guard.hold({ name: 'pre-roll of the wake word', purpose: 'preRoll', zero: () => preRoll.fill(0) });
      }
      if (step.kind !== 'decision') continue;
      const { decision } = step;
      const { kind, reason, atMs, question, request } = decision;
      if (values.verbose && kind !== 'ignore') console.log(guard.explain(decision));
      const at = `${(atMs / 1000).toFixed(1)} s `;
      if (kind === 'ask') console.log(`${at} device: ${promptFor(question)}`);
      if (kind === 'refuse' || kind === 'expire') console.log(`${at} no more of it: ${reason}`);
      if (kind !== 'act') continue;
      const to = request.slots.contact;
      console.log(`${at} ${request.act} to ${to}: confirmed`);
      if (request.act === 'send') recorder = new MessageRecorder(guard, to);
    }
  };
  try {
    for await (const block of blocks) {
      take(await dialog.push(block));
      if (!recorder?.hear(block, sampleRateHz, isSpeech)) continue;
      recorder.deliver();
      recorder = null;
    }
    take(await dialog.flush());
    recorder?.deliver();
  } finally {
    recorder?.wipe();
    guard.reset();
    await stream.dispose();
  }
  if (values.audit) console.table(guard.audit().map(({ name, fate, why }) => ({ name, fate, why })));
}

main().catch((error) => {
  console.error(`assistant: ${error.message}`);
  process.exitCode = error instanceof WakeproofError ? 3 : 2;
});
