import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { abiVersion, errorOf, type FrontendExports, status } from '../../src/dsp/abi.js';
import { frontendBinary } from '../../src/dsp/frontend-binary.js';
import { instantiateFrontend } from '../../src/dsp/instance.js';
import { AudioFormatError, ConfigError, StateError, WakeproofError, WasmAbiError } from '../../src/errors.js';

const module = new WebAssembly.Module(Buffer.from(frontendBinary, 'base64'));
const exported = WebAssembly.Module.exports(module);

describe('the WebAssembly module', () => {
  test('imports nothing, not even env.abort: it cannot call out', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  test('exports these names and no others', () => {
    const names = exported.map(({ kind, name }) => `${kind} ${name}`).sort();
    expect(names).toEqual(
      [
        'memory memory',
        ...['ABI_VERSION', 'BLOCK_CAPACITY', 'FRAME_CAPACITY', 'MAX_SAMPLE', 'MEL_STEP_CAPACITY'].map(global),
        ...['RING_CAPACITY', 'Status.Ok', 'Status.BadConfig', 'Status.BadLength', 'Status.BadSample'].map(
          global,
        ),
        global('Status.NotConfigured'),
        ...['check', 'configure', 'framesFor', 'push', 'reset', 'resamplerConfigure', 'ringWritten'].map(fn),
        ...['dctMatrixPtr', 'featuresPtr', 'inputPtr', 'melFirstBinsPtr', 'melGroupStepsPtr'].map(fn),
        ...['melWeightsPtr', 'resamplerTablePtr', 'ringPtr', 'speechLogitsPtr', 'twiddlesPtr'].map(fn),
        ...['vadInputsPtr', 'vadNetworkPtr', 'windowPtr'].map(fn),
        ...['bandScalesPtr', 'exactTwiddlesPtr', 'exactWindowPtr'].map(fn),
      ].sort(),
    );
  });

  test('speaks the ABI version of its wrapper', async () => {
    const wasm = await instantiateFrontend();
    expect(wasm.ABI_VERSION.value).toBe(abiVersion);
  });

  test('has fixed memory, so views onto it stay valid', async () => {
    const { memory } = await instantiateFrontend();
    expect(() => memory.grow(1)).toThrow(RangeError);
    expect(memory.buffer.byteLength).toBeLessThanOrEqual(1 << 20);
  });

  test('is small', () => {
    expect(readFileSync(new URL('../../dist/frontend.wasm', import.meta.url)).length).toBeLessThan(14_000);
  });

  test('instances share nothing', async () => {
    const [first, second] = await Promise.all([instantiateFrontend(), instantiateFrontend()]);
    expect(first.memory.buffer).not.toBe(second.memory.buffer);
  });

  test('holds a block at any rate and what it becomes', async () => {
    const wasm = await instantiateFrontend();
    expect(wasm.BLOCK_CAPACITY.value).toBeGreaterThanOrEqual(128);
    // Twice as many samples from 8 kHz; a frame every 160.
    expect(wasm.FRAME_CAPACITY.value * 160).toBeGreaterThanOrEqual(2 * wasm.BLOCK_CAPACITY.value);
    expect(wasm.RING_CAPACITY.value).toBeGreaterThanOrEqual(3 * 16000);
  });
});

describe('status codes', () => {
  const codes = exported
    .filter(({ name }) => name.startsWith('Status.'))
    .map(({ name }) => ({ name: name.slice('Status.'.length), code: globalValue(name) }));

  test('are the same on both sides', () => {
    const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
    const wrapper = Object.entries(status).map(([name, code]) => ({ name: upperFirst(name), code }));
    expect(wrapper).toEqual(codes);
  });

  test('below zero each stand for an error that says nothing was changed', () => {
    for (const { code } of codes.filter(({ code }) => code < 0)) {
      const error = errorOf('push', code, 1);
      expect(error).toBeInstanceOf(WakeproofError);
      expect(error.stateChanged).toBe(false);
    }
    expect(errorOf('configure', status.badConfig, 1)).toBeInstanceOf(ConfigError);
    expect(errorOf('push', status.badSample, 1)).toBeInstanceOf(AudioFormatError);
    expect(errorOf('push', status.notConfigured, 1)).toBeInstanceOf(StateError);
    expect(errorOf('push', status.badLength, 1)).toBeInstanceOf(WasmAbiError);
  });

  test('are what misuse of the raw module yields', async () => {
    const wasm = await instantiateFrontend();
    expect(wasm.push(0)).toBe(status.notConfigured);
    const configure = (change: Partial<Record<keyof typeof good, number>>): number => {
      const v = { ...good, ...change };
      return wasm.configure(v.frameLength, v.preEmphasis, 1, v.nMels, v.nMfcc, v.floor, v.scale);
    };
    for (const bad of [
      { frameLength: 0 },
      { frameLength: 401 },
      { frameLength: 528 },
      { preEmphasis: 1 },
      { preEmphasis: Number.NaN },
      { nMels: 19 },
      { nMels: 81 },
      { nMfcc: -1 },
      { nMfcc: 41 },
      { floor: 0 },
      { floor: Number.NaN },
      { scale: 0 },
    ]) {
      expect(configure(bad), JSON.stringify(bad)).toBe(status.badConfig);
    }
    expect(wasm.push(0)).toBe(status.notConfigured);
    expect(configure({})).toBe(status.ok);
    expect(wasm.push(-1)).toBe(status.badLength);
    expect(wasm.push(wasm.BLOCK_CAPACITY.value + 1)).toBe(status.badLength);
    new Float32Array(wasm.memory.buffer, wasm.inputPtr(), 1)[0] = Number.NaN;
    expect(wasm.push(1)).toBe(status.badSample);
    expect(wasm.ringWritten()).toBe(0);
  });

  const good = { frameLength: 400, preEmphasis: 0.97, nMels: 40, nMfcc: 13, floor: 1e-7, scale: 1 };
});

function global(name: string): string {
  return `global ${name}`;
}

function fn(name: string): string {
  return `function ${name}`;
}

function globalValue(name: string): number {
  const exports = new WebAssembly.Instance(module).exports as unknown as FrontendExports &
    Record<string, WebAssembly.Global<'i32'>>;
  return (exports[name] as WebAssembly.Global<'i32'>).value;
}
