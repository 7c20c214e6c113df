import createFvad from '@echogarden/fvad-wasm';

/**
 * WebRTC's speech detector compiled to WebAssembly: 10 ms of 16-bit samples at 16 kHz, mode 3.
 *
 * @returns a function from a block of whole hops, 16-bit samples, to how many of them are speech.
 */
export async function webrtcVad() {
  const module = await createFvad();
  const detector = module._fvad_new();
  if (module._fvad_set_sample_rate(detector, 16000) !== 0) throw new Error('16 kHz was refused');
  if (module._fvad_set_mode(detector, 3) !== 0) throw new Error('mode 3 was refused');
  const pointer = module._malloc(320);
  const samples = new Int16Array(module.HEAP16.buffer, pointer, 160);
  return (block) => {
    let nSpeech = 0;
    for (let start = 0; start < block.length; start += 160) {
      samples.set(block.subarray(start, start + 160));
      nSpeech += module._fvad_process(detector, pointer, 160);
    }
    return nSpeech;
  };
}
