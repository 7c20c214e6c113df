// A foreign engine for tests, by the protocol of docs/engines.md: reports "loud" while a block's peak is ≥ 0.5.
// Its first argument breaks it: "mute" ends before the first line, "babble" answers with something else.
const [flaw] = process.argv.slice(2);
if (flaw === 'mute') process.exit(3);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ engine: 'tone engine', words: ['loud'], thresholds: { loud: 0.5 } });

let input = Buffer.alloc(0);
for await (const bytes of process.stdin) {
  input = Buffer.concat([input, bytes]);
  while (input.length >= 4 && input.length >= 4 + input.readUInt32LE(0)) {
    const nBytes = input.readUInt32LE(0);
    let peak = 0;
    for (let at = 4; at < 4 + nBytes; at += 2) peak = Math.max(peak, Math.abs(input.readInt16LE(at)) / 32768);
    input = input.subarray(4 + nBytes);
    if (flaw === 'babble') process.stdout.write('detected!\n');
    else say(peak >= 0.5 ? [{ word: 'loud', score: peak }] : []);
  }
}
