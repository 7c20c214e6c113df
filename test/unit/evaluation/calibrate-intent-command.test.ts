import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/calibration/index.js';
import { calibrateIntentCommand } from '../../../src/cli/calibrate-intent.js';
import { ConfigError, CorpusError } from '../../../src/errors.js';
import { type IntentCalibration, IntentEngine } from '../../../src/intent/index.js';
import { runCommand } from '../../support/run-command.js';
import { silence, toneSpeech } from '../../support/tone-speech.js';
import { wavFile } from '../../support/wav-file.js';
import { CorpusFolder } from './corpus-folder.js';

// The model of test/fixtures/tone-phones hears tones as phones.
const model = new URL('../../fixtures/tone-phones', import.meta.url).pathname;
const grammar =
  'context:\n  expressions:\n    phone:\n      - "call $contact:contact"\n  slots:\n    contact: []\n';
const asked = (name: string) => ({ intent: 'phone', slots: { contact: name } });
const said: Readonly<Record<string, string>> = { Anna: 'AE N AH', Bob: 'B AA B' };
const rateHz = 16000;

let folder: CorpusFolder;
/** What the 12 speakers say. */
let pieces: { phones: string; facts: Record<string, unknown> }[];
let commands: string;
let talk: string;
let noise: string;
let grammarFlags: string[];
let flags: string[];

/** With hiss at −65 dBFS. */
function inHiss(sound: Float32Array): Float32Array {
  const random = seededRandom(1);
  return sound.map((x) => x + 0.002 * (random() - 0.5));
}

/** Pieces end to end in one recording, with a manifest of a line each; a pause before and behind each of them. */
async function corpus(
  name: string,
  pieces: readonly { readonly phones: string; readonly facts: Record<string, unknown> }[],
  pauseMs = 180,
): Promise<string> {
  const pause = silence(pauseMs);
  const sounds = pieces.map(({ phones }) => toneSpeech(`${pause} ${phones} ${pause}`));
  const samples = sounds.flatMap((sound) => Array.from(inHiss(sound), (x) => Math.round(32767 * x)));
  await writeFile(
    join(folder.path, `${name}.wav`),
    wavFile({ sampleRateHz: rateHz, bits: 16, channels: [samples] }),
  );
  let offset = 0;
  const lines = pieces.map(({ facts }, i) => {
    const duration = (sounds[i] as Float32Array).length / rateHz;
    const line = { audio_filepath: `${name}.wav`, offset, duration, ...facts };
    offset += duration;
    return line;
  });
  return folder.addManifest(`${name}.jsonl`, lines);
}

beforeAll(async () => {
  folder = await CorpusFolder.create();
  const at = (name: string) => join(folder.path, name);
  await writeFile(at('grammar.yaml'), grammar);
  await writeFile(at('names.txt'), 'Anna\nBob\n');
  // 12 speakers say a name of the list; 6 of them also one that is not, which is taken for the nearest of the list.
  const right = Array.from({ length: 24 }, (_, i) => {
    const name = i % 2 === 0 ? 'Anna' : 'Bob';
    const facts = { text: asked(name), speaker: `speaker ${i % 12}` };
    return { phones: `K AO L ${said[name]}`, facts };
  });
  const wrong = Array.from({ length: 6 }, (_, i) => ({
    phones: `K AO L ${['AE N IY', 'B AA M', 'B IY B'][i % 3]}`,
    facts: { text: asked('Sam'), speaker: `speaker ${i}` },
  }));
  pieces = [...right, ...wrong];
  commands = await corpus('commands', pieces);
  const murmurs = ['M IY N AE S', 'S EH M IY Y', 'K AO S IY M', 'EH S M AA'];
  talk = await corpus(
    'talk',
    Array.from({ length: 16 }, (_, i) => ({
      phones: murmurs[i % 4] as string,
      facts: { speaker: `talker ${i % 8}` },
    })),
    990,
  );
  noise = await corpus('noise', [{ phones: 'IY AH M . S EH IY', facts: {} }]);
  grammarFlags = ['--grammar', at('grammar.yaml'), '--slot', `contact=${at('names.txt')}`];
  flags = [...grammarFlags, '--manifest', commands, '--negatives', talk];
});
afterAll(() => folder.remove());

const run = (...more: string[]) =>
  runCommand(calibrateIntentCommand(), ['--model', model, ...flags, ...more]);

describe('wakeproof calibrate-intent', () => {
  it('writes a calibration that the engine speaks by, and grades it on speakers held out', async () => {
    const out = join(folder.path, 'calibration.json');
    const report = JSON.parse(await run('--out', out, '--json'));
    const text = await readFile(out, 'utf8');
    const calibration: IntentCalibration = JSON.parse(text);
    expect(report).toMatchObject({
      schema: 'wakeproof-intent-calibration-report/5',
      calibration,
      unheard: 0,
    });
    expect(report.intents).toMatchObject({
      targets: 30,
      nonTargets: 16,
      targetSpeakers: 12,
      nonTargetSpeakers: 8,
    });
    // The only slot is given at run time, so the maps differ by what names of people at large say.
    const graded = { targets: 24, nonTargets: 6, targetSpeakers: 12, nonTargetSpeakers: 6 };
    for (const grades of [report.slots, report.givenSlots]) expect(grades).toMatchObject([graded]);
    expect(calibration.intent.a).toBeGreaterThan(0);
    const [once] = calibration.slot as [IntentCalibration['slot'][number]];
    const [alternative] = once.alternatives as [(typeof once.alternatives)[number]];
    expect(alternative.filler + alternative.rival).toBeGreaterThan(0);
    expect(alternative).toMatchObject({ share: 1, anyName: 0 });
    // All that was heard wrong here is on no list.
    expect(calibration.givenSlot?.[0]?.alternatives).toMatchObject([{ share: 1 }]);
    expect(calibration.intent.cap[0]).toBeCloseTo(-Math.log(31), 3);
    expect(calibration.intent.cap[1]).toBeCloseTo(Math.log(17), 3);
    expect(once.cap[0]).toBeCloseTo(-Math.log(25), 3);
    expect(once.cap[1]).toBeCloseTo(Math.log(7), 3);
    for (const { heldOut, fit } of [report.intents, report.slots[0], report.givenSlots[0]]) {
      expect(heldOut.cllr).toBeLessThan(0.5);
      expect(fit.minCllr).toBeLessThanOrEqual(fit.cllr);
    }
    // 16 pieces of five or four phones and 1.98 s of silence; nothing of them is taken for a command.
    const hours = (12 * (5 * 0.09 + 1.98) + 4 * (4 * 0.09 + 1.98)) / 3600;
    const rate = report.falseIntents['grammar.yaml'];
    expect(rate).toMatchObject({ accepted: 0, perHour: 0 });
    expect(rate.hours).toBeCloseTo(hours, 6);
    // Garwood's bound of none.
    expect(rate.interval[1] * hours).toBeCloseTo(3.6889, 3);

    await run('--out', out);
    expect(await readFile(out, 'utf8')).toBe(text);

    const engine = await IntentEngine.create({
      sampleRateHz: rateHz,
      model,
      grammar,
      slots: { contact: ['Anna', 'Bob'] },
      calibration,
    });
    const heard = async (phones: string) => {
      engine.reset();
      const audio = inHiss(toneSpeech(`${silence(1500)} ${phones} ${silence(1080)}`));
      const events = [...(await engine.push(audio)), ...(await engine.flush())];
      return events.find((event) => event.type === 'intent');
    };
    const call = await heard('K AO L B AA B');
    expect(call).toMatchObject({ intent: 'phone', inDomain: true });
    expect(call?.probability).toBeGreaterThan(0.8);
    expect(call?.slots.contact?.llr).toBeGreaterThan(0);
    expect((await heard('K AO L B AA M'))?.slots.contact?.llr).toBeLessThan(0);
    expect(await heard('M IY N AE S')).toMatchObject({ intent: null });
    await engine.dispose();
  });

  it('hears commands once more at each ratio, some for the slots alone', async () => {
    const out = join(folder.path, 'noisy.json');
    const ratios = ['--noise', noise, '--snr', '30', '--slot-snr', '25,20'];
    const { intents, slots, unheard } = JSON.parse(await run(...ratios, '--out', out, '--json'));
    expect(unheard).toBe(0);
    expect([intents.targets, intents.nonTargets]).toEqual([60, 16]);
    expect(slots[0].targets + slots[0].nonTargets).toBe(120);
    // More hearings, but no more speakers.
    expect(intents.targetSpeakers).toBe(12);
  });

  it('hears commands once more at each level: the domain reaches there, and the fit, which is the same, is graded on them', async () => {
    const outOf = (name: string) => ['--out', join(folder.path, name), '--json'];
    const asRecorded = JSON.parse(await run(...outOf('level.json')));
    const faint = JSON.parse(await run('--level', '-45', ...outOf('faint.json')));
    const { domain, ...maps } = faint.calibration;
    expect(maps).toEqual({ ...asRecorded.calibration, domain: undefined });
    expect(asRecorded.intents.faint).toBeNull();
    expect(faint.intents.faint.cllr).toBeCloseTo(faint.intents.fit.cllr, 1);
    expect(faint.slots[0].faint.cllr).toBeCloseTo(faint.slots[0].fit.cllr, 1);
    expect(faint.slots[0].faint.minCllr).toBeLessThan(0.1);
    expect(faint.unheard).toBe(0);
    expect(asRecorded.calibration.domain.levelDbfs[0]).toBeGreaterThan(-40);
    expect(domain.levelDbfs[0]).toBeLessThan(-45);
    expect(domain.levelDbfs[1]).toBe(asRecorded.calibration.domain.levelDbfs[1]);
  });

  it('hears what is said more than once in a session by all hearings together, and the phrase that confirms for slots alone', async () => {
    const labels = ['request', 'confirmation', 'confirmation'];
    const thrice = pieces.flatMap(({ phones, facts }, i) =>
      labels.map((label) => ({ phones, facts: { ...facts, label, session: `${i}` } })),
    );
    const out = join(folder.path, 'thrice.json');
    const flagsOfAll = [...grammarFlags, '--manifest', await corpus('thrice', thrice), '--negatives', talk];
    const told = await runCommand(calibrateIntentCommand(), [
      '--model',
      model,
      ...flagsOfAll,
      '--out',
      out,
      '--json',
    ]);
    const { intents, slots, givenSlots, calibration } = JSON.parse(told);
    expect(intents.targets).toBe(30);
    // Each utterance by itself, the first two of a session, and all three.
    const counts = [
      { targets: 72, nonTargets: 18 },
      { targets: 24, nonTargets: 6 },
      { targets: 24, nonTargets: 6 },
    ];
    expect(slots).toMatchObject(counts);
    expect(givenSlots).toMatchObject(counts);
    for (const { heldOut } of [...slots, ...givenSlots]) expect(heldOut.cllr).toBeLessThan(0.5);
    expect(calibration.givenSlot).toHaveLength(3);
    expect(calibration.givenSlot[2].cap).toEqual(calibration.slot[2].cap);
    const printed = await runCommand(calibrateIntentCommand(), [
      '--model',
      model,
      ...flagsOfAll,
      '--out',
      out,
    ]);
    expect(printed).toMatch(/by 3 hearings, within .*:\n.*LLR = .*\n +asked for +24 of 12 speakers/);
  });

  it('puts the calibration into the manifest, whose own it does not ask', async () => {
    const own = join(folder.path, 'model');
    await cp(model, own, { recursive: true });
    const manifestOf = async () => JSON.parse(await readFile(join(own, 'manifest.json'), 'utf8'));
    const before = await manifestOf();
    const printed = await run('--model', own, '--write-manifest');
    const first = await manifestOf();
    expect(first).toEqual({ ...before, calibration: first.calibration });
    expect(first.calibration.schema).toBe('wakeproof-intent-calibration/5');
    expect(printed).toMatch(
      /by one hearing, within .*:\n +of 1 of what is wrong: LLR = .*·filler \+ .*·min\(rival, .*\) \+ .*·any name [+−] /,
    );
    expect(printed).toMatch(/asked for +30 of 12 speakers/);
    expect(printed).toMatch(/held out +Cllr 0\.\d{3}, min 0\.\d{3}/);
    expect(printed).toMatch(
      /false intents of grammar\.yaml, held out +0 in 0\.01 h of talk = 0\.00 an hour \[0\.00, /,
    );
    await run('--model', own, '--write-manifest');
    expect(await manifestOf()).toEqual(first);
  });

  it('fits several grammars at once, hears the talk by each, and grades each by a fit on the others', async () => {
    await writeFile(join(folder.path, 'other.yaml'), grammar.replace('call $contact', 'Bob $contact'));
    const orders = Array.from({ length: 16 }, (_, i) => {
      const [name, phones] = i % 4 === 3 ? ['Sam', 'AE N IY'] : ['Anna', 'AE N AH'];
      return {
        phones: `B AA B ${phones}`,
        facts: { text: asked(name as string), speaker: `caller ${i % 8}` },
      };
    });
    const others = await corpus('others', orders);
    const out = join(folder.path, 'both.json');
    const more = ['--grammar', join(folder.path, 'other.yaml'), '--manifest', others];
    const { intents, slots, falseIntents, calibration } = JSON.parse(
      await run(...more, '--out', out, '--json'),
    );
    expect([intents.targets, intents.nonTargets]).toEqual([46, 32]);
    expect([intents.targetSpeakers, intents.nonTargetSpeakers]).toEqual([20, 8]);
    // What both grammars heard was said once.
    expect(calibration.intent.cap[1]).toBeCloseTo(Math.log(17), 3);
    expect([slots[0].targets, slots[0].nonTargets]).toEqual([36, 10]);
    expect(Object.keys(falseIntents)).toEqual(['grammar.yaml', 'other.yaml']);
    for (const graded of [intents, slots[0]]) {
      const { otherGrammars } = graded;
      expect(Object.keys(otherGrammars)).toEqual(['grammar.yaml', 'other.yaml']);
      // Slots by what tones have over the runner-up, which is half as much in the other grammar: a fit on the one overstates.
      expect(otherGrammars['other.yaml'].cllr).toBeLessThan(graded === intents ? 0.6 : 3);
      expect(otherGrammars['other.yaml'].minCllr).toBeLessThanOrEqual(otherGrammars['other.yaml'].cllr);
    }
    const printed = await run(...more, '--out', out);
    expect(printed).toMatch(/other\.yaml, fitted without it +Cllr 0\.\d{3}/);
  });

  it('takes for a command what is told of its own stretch, not the noise that is heard before it', async () => {
    // Three beeps far from the word, and the noise before a segment is an utterance: at its start the beeps are.
    const beeps = await corpus('beeps', [
      { phones: 'IY AH IY . . . . . . . . . . . . . . . . . . . .', facts: {} },
    ]);
    const out = join(folder.path, 'beeps.json');
    const ratios = ['--noise', beeps, '--snr', '10'];
    const { intents } = JSON.parse(await run(...ratios, '--out', out, '--json'));
    expect(intents.targets).toBeGreaterThan(50);
    expect(intents.heldOut.cllr).toBeLessThan(0.5);
  });

  it('counts talk that says a command as a false intent', async () => {
    const calls = Array.from({ length: 3 }, () => ({
      phones: 'K AO L B AA B',
      facts: { speaker: 'caller' },
    }));
    const calling = await corpus('calling', calls, 990);
    const out = join(folder.path, 'calling.json');
    const { falseIntents } = JSON.parse(await run('--negatives', calling, '--out', out, '--json'));
    expect(falseIntents['grammar.yaml'].accepted).toBe(3);
  });

  it('refuses to run for nothing, noise without a ratio, and commands that ask for nothing', async () => {
    const out = ['--out', join(folder.path, 'none.json')];
    await expect(run()).rejects.toThrow(ConfigError);
    await expect(run(...out, '--noise', noise)).rejects.toThrow(/1 manifests and 0 SNRs/);
    await expect(run(...out, '--slot-snr', '5')).rejects.toThrow(/0 manifests and 1 SNRs/);
    await expect(run(...out, '--manifest', talk)).rejects.toThrow(CorpusError);
    await expect(run(...out, '--slot', `drink=${join(folder.path, 'names.txt')}`)).rejects.toThrow(/drink/);
    const before = [
      '--manifest',
      commands,
      '--grammar',
      join(folder.path, 'grammar.yaml'),
      '--negatives',
      talk,
    ];
    await expect(runCommand(calibrateIntentCommand(), [...before, ...out])).rejects.toThrow(
      /--grammar before it/,
    );
    await expect(readFile(out[1] as string)).rejects.toThrow();
  });

  it('refuses slots that are never heard wrong, and says what helps', async () => {
    const one = await corpus('one', [{ phones: 'K AO L B AA B', facts: { text: asked('Bob') } }]);
    const own = ['--model', model, ...grammarFlags, '--manifest', one, '--negatives', talk];
    await expect(
      runCommand(calibrateIntentCommand(), [...own, '--out', join(folder.path, 'x')]),
    ).rejects.toThrow(/slots.*1 that were, 0 that were not.*more noise/s);
  });
});
