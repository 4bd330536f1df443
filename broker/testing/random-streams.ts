import type { Random } from '../env.js';

/** The random streams of one start of a host, by label: xorshift32, which is good enough for scripted tests. */
export function randomStreams(hostName: string, start: number): (label: string) => Random {
  const streams = new Map<string, Random>();
  return (label) => {
    const stream = streams.get(label) ?? randomStream(`${hostName}/${label}/${start}`);
    streams.set(label, stream);
    return stream;
  };
}

/** From a hash of the label. */
function randomStream(label: string): Random {
  let state = 2_166_136_261;
  for (let index = 0; index < label.length; index += 1) {
    state = Math.imul(state ^ label.charCodeAt(index), 16_777_619);
  }
  state = state === 0 ? 1 : state;
  return {
    nextInt: (boundExclusive) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % boundExclusive;
    },
  };
}
