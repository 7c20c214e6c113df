import { Transform } from 'node:stream';
import type { PcmBlock } from '../audio/index.js';
import type { EngineEvent } from './events.js';

/** What a stream needs of an engine. */
interface Pushable {
  push(block: PcmBlock): Promise<readonly EngineEvent[]>;
  flush(): Promise<readonly EngineEvent[]>;
}

/** A Node stream around an engine: takes the next block only when the last one is heard. */
export function nodeTransform(engine: Pushable): Transform {
  const send = (
    stream: Transform,
    events: Promise<readonly EngineEvent[]>,
    done: (error?: Error | null) => void,
  ) => {
    events.then((list) => {
      for (const event of list) stream.push(event);
      done();
    }, done);
  };
  return new Transform({
    objectMode: true,
    transform(block: PcmBlock, _encoding, done) {
      send(this, engine.push(block), done);
    },
    flush(done) {
      send(this, engine.flush(), done);
    },
  });
}

/** A web stream around an engine: takes the next block only when the last one is heard. */
export function webTransform(engine: Pushable): TransformStream<PcmBlock, EngineEvent> {
  return new TransformStream({
    async transform(block, controller) {
      for (const event of await engine.push(block)) controller.enqueue(event);
    },
    async flush(controller) {
      for (const event of await engine.flush()) controller.enqueue(event);
    },
  });
}
