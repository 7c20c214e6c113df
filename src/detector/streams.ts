import { Transform } from 'node:stream';
import type { PcmBlock } from '../audio/index.js';

/** What a stream needs of an engine. */
interface Pushable<Event> {
  push(block: PcmBlock): Promise<readonly Event[]>;
  flush(): Promise<readonly Event[]>;
}

/** A Node stream around an engine: takes the next block only when the last one is heard. */
export function nodeTransform<Event>(engine: Pushable<Event>): Transform {
  const send = (
    stream: Transform,
    events: Promise<readonly Event[]>,
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
export function webTransform<Event>(engine: Pushable<Event>): TransformStream<PcmBlock, Event> {
  return new TransformStream({
    async transform(block, controller) {
      for (const event of await engine.push(block)) controller.enqueue(event);
    },
    async flush(controller) {
      for (const event of await engine.flush()) controller.enqueue(event);
    },
  });
}
