import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/evaluation/index.js';
import { replayJson, replayPage, replayText } from '../../src/report/index.js';
import { runCli } from '../support/run-cli.js';

describe('the replay of Portland', () => {
  it('a naive dialog sends, the guard does not, and lets a true request through', async () => {
    const result = await replay();
    expect(replayJson(result)).toMatchObject({
      schema: 'wakeproof-replay/1',
      naive: { sent: true, turns: 2, request: { act: 'send', slots: { contact: 'Anna Karlsson' } } },
      guarded: { sent: false, reason: 'stageTooWeak' },
      trueRequest: { sent: true, turns: 1, request: { slots: { contact: 'Anna Karlsson' } } },
      lowered: null, // the wake model asks for 4.2, and gives "an elixir, she said" 4.24
    });
    const intents = result.trueRequest.steps.flatMap((step) => (step.kind === 'intent' ? [step.event] : []));
    expect(intents.map(({ intent, slots }) => [intent, slots.contact?.value])).toEqual([
      ['send', 'Anna Karlsson'],
      ['sendIt', 'Anna Karlsson'],
    ]);
    const careless = { ...result, script: { ...result.script, lowered: { wakeScore: 3.5 } } };
    expect(replayText(careless)).toContain('as a careless maker ships them: {"wakeScore":3.5}');
    expect(replayText(result)).not.toContain('careless');
    const page = await replayPage(result);
    expect(page).toContain('data:image/bmp;base64,');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  });

  it('gives the same twice, to the last digit', async () => {
    expect(JSON.stringify((await replay()).guarded)).toBe(JSON.stringify((await replay()).guarded));
  });

  it('is a command that ends with the verdicts', async () => {
    const html = join(tmpdir(), `replay-${process.pid}.html`);
    const { stdout, code } = runCli(['replay', 'portland', '--json', '--html', html]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) as string).naive.sent).toBe(true);
    expect(await readFile(html, 'utf8')).toContain('Portland, replayed');
  });
});
