import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import Benchmark from 'benchmark';

/**
 * Runs contenders by turns, one short `benchmark` run each a round, so that what disturbs the machine disturbs all.
 *
 * @param {{name: string, run: () => unknown}[]} contenders each does one unit of work a call.
 * @param {{rounds?: number, maxTimeSec?: number}} [options] how many rounds, and how long one run may take.
 * @returns one entry a contender: seconds per call of each round (a tenth of its samples are faster: what it takes
 *   when nothing else has the core), and of all samples.
 */
export function interleave(contenders, { rounds = 9, maxTimeSec = 0.12 } = {}) {
  const results = contenders.map(({ name }) => ({ name, roundSec: [], samplesSec: [] }));
  for (let round = -1; round < rounds; round++) {
    contenders.forEach(({ name, run }, index) => {
      // Samples of half a millisecond: many of them end before another process takes the core.
      const bench = new Benchmark(name, run, { minTime: 0.0005, maxTime: maxTimeSec, minSamples: 50 });
      bench.run({ async: false });
      if (bench.error) throw bench.error;
      if (round < 0) return; // the first round warms up: V8 replaces baseline code by optimised code
      results[index].roundSec.push(quantile(bench.stats.sample, 0.1));
      results[index].samplesSec.push(...bench.stats.sample);
    });
  }
  return results;
}

/**
 * How many times `fast` is faster than `slow`: the median over rounds of the ratio within a round, and its range.
 */
export function speedRatio(slow, fast) {
  const ratios = slow.roundSec.map((sec, round) => sec / fast.roundSec[round]);
  return { median: quantile(ratios, 0.5), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/** Quantile by linear interpolation. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

/** What a figure is worth nothing without: processor, load, Node, packages, commit. */
export function machine(packages) {
  const version = (name) =>
    JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url))).version;
  return [
    `${cpus()[0].model.trim()}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`,
    packages.map((name) => `${name} ${version(name)}`).join(', '),
    `commit ${execSync('git rev-parse --short HEAD', { encoding: 'utf8' }).trim()}`,
  ].join('\n');
}
