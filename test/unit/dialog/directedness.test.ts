import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectednessModel } from '../../../src/dialog/index.js';
import { ModelError } from '../../../src/errors.js';
import { properTurn } from '../../support/guard-dialog.js';

const request = { ...properTurn, speechInPromptMs: null, latencyMs: null };

describe('the bundled directedness model', () => {
  it('takes what follows a prompt for a reply, and else for a request', async () => {
    const model = await DirectednessModel.load();
    expect(model.evidence(properTurn).calibrationId).toBe(model.reply.json.id);
    expect(model.evidence(request).calibrationId).toBe(model.request.json.id);
  });

  it('speaks for a fresh reply, and against talk that runs through the prompt', async () => {
    const model = await DirectednessModel.load();
    const talk = { ...properTurn, silenceBeforeMs: 0, speechInPromptMs: 1000, tiltDifferenceDb: 5 };
    expect(model.evidence(properTurn).llr).toBeGreaterThan(0);
    expect(model.evidence(talk).llr).toBeLessThan(0);
  });

  it('speaks rather against a request out of running talk than against one after silence', async () => {
    const model = await DirectednessModel.load();
    const running = model.evidence({ ...request, silenceBeforeWakeMs: 0, tiltDifferenceDb: 4 }).llr;
    expect(running).toBeLessThan(model.evidence(request).llr as number);
    expect(running).toBeLessThan(0);
  });

  it('says nothing where it cannot be measured', async () => {
    const model = await DirectednessModel.load();
    expect(model.evidence({ ...properTurn, tiltDifferenceDb: null }).llr).toBeNull();
  });
});

describe('DirectednessModel.load', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wakeproof-directedness-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['no JSON', '{', /readable JSON/],
    ['another schema', '{"schema":"wakeproof-voice/1"}', /wakeproof-directedness\/1/],
    [
      'half of it',
      '{"schema":"wakeproof-directedness/1","request":{},"reply":{}}',
      /wakeproof-evidence-model/,
    ],
  ])('refuses %s', async (name, text, expected) => {
    const path = join(folder, `${name}.json`);
    await writeFile(path, text);
    await expect(DirectednessModel.load(path)).rejects.toThrow(ModelError);
    await expect(DirectednessModel.load(path)).rejects.toThrow(expected);
  });

  it('refuses what is not there', async () => {
    await expect(DirectednessModel.load(join(folder, 'none.json'))).rejects.toThrow(ModelError);
  });
});
