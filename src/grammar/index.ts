export { type CompileOptions, Grammar } from './grammar.js';
export { type Interpretation, interpret } from './interpret.js';
export type { GraphLabel, PhoneGraph } from './phone-graph.js';
export { wordLoop } from './word-loop.js';
