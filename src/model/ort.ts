import type { InferenceSession, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-node';

/** The part of an ONNX runtime that is used; onnxruntime-node and onnxruntime-web both have it. */
export interface OrtRuntime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

/**
 * One thread, since a small model called every few hops wakes a pool more than it uses it: with default
 * options the pool's spinning costs more than a core.
 */
export const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};
