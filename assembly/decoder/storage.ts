/** The end of what has been handed out; everything before it is in use until the instance goes. */
let end: usize = 0;

/** Starts to hand out memory behind the module's own. */
export function storageBegin(): void {
  end = (__heap_base + 15) & ~15;
}

/** Bytes of an array of `n` values of 4 bytes, a multiple of 16. */
export function arrayBytes(n: i64): i64 {
  return ((n << 2) + 15) & ~15;
}

/** Makes room for so many bytes, once; false where the host refuses. */
export function storageReserve(bytes: i64): bool {
  const pages = (<i64>end + bytes + 0xffff) >> 16;
  if (pages > 0xffff) return false;
  const missing = <i32>pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** Hands out room for `n` values of 4 bytes, not cleared. */
export function take(n: i64): usize {
  const start = end;
  end += <usize>arrayBytes(n);
  return start;
}
