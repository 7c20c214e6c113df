/**
 * A float32 matrix in NumPy's .npy form, version 1.0.
 *
 * @param blocks the rows, row-major, in as many arrays as they came in; nRows × nColumns values in all
 * Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyFile(blocks: readonly Float32Array[], nRows: number, nColumns: number): Uint8Array {
  const facts = `{'descr': '<f4', 'fortran_order': False, 'shape': (${nRows}, ${nColumns}), }`;
  // Magic, version and length take 10 bytes; the header ends in a newline, and the data starts at a multiple of 64.
  const headBytes = Math.ceil((10 + facts.length + 1) / 64) * 64;
  const file = Buffer.alloc(headBytes + nRows * nColumns * 4, ' ');
  file.write('\x93NUMPY\x01\x00', 0, 'latin1');
  file.writeUInt16LE(headBytes - 10, 8);
  file.write(facts, 10, 'latin1');
  file.write('\n', headBytes - 1, 'latin1');
  let at = headBytes;
  for (const block of blocks) for (const value of block) at = file.writeFloatLE(value, at);
  return file;
}
