import fc from 'fast-check';

/**
 * One seed for every property, so that a commit that passes here passes anywhere. `SEED=… npm test` tries others;
 * `SEED=random` lets each property draw its own, which its failure message then names.
 */
const seed = process.env.SEED ?? '1';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
