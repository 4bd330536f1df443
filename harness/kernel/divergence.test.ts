import { describe, expect, it } from 'vitest';
import { describeDivergence, findDivergence } from './divergence.js';
import { Simulation } from './simulation.js';

/** A simulation of many like timers; `strange` is scheduled by the hundredth. */
function runWith(strange: (simulation: Simulation) => void) {
  return (trace: ConstructorParameters<typeof Simulation>[0]['trace'] & object): void => {
    const simulation = new Simulation({ seed: 'divergence', trace });
    for (let index = 0; index < 200; index++) {
      simulation.schedule(index * 10, () => {
        if (index === 100) {
          strange(simulation);
        }
      });
    }
    simulation.runUntil(10_000);
  };
}

describe('findDivergence', () => {
  it('finds nothing between runs that are the same', () => {
    expect(findDivergence(runWith((simulation) => simulation.schedule(7, () => undefined)))).toBeNull();
  });

  it('shows the first event that differs, on both sides, with the stack that scheduled it', () => {
    let runs = 0;
    const divergence = findDivergence(
      runWith(function scheduleStrangely(simulation) {
        simulation.schedule(2 + (runs++ % 2), () => undefined);
      }),
    );
    expect(divergence).toMatchObject({
      index: 101,
      first: { type: 'event', timeMicros: 1_002, kind: 'world', host: null },
      second: { type: 'event', timeMicros: 1_003 },
    });
    for (const step of [divergence?.first, divergence?.second]) {
      expect(step?.type === 'event' ? step.stack : null).toContain('scheduleStrangely');
    }
    expect(describeDivergence(divergence as NonNullable<typeof divergence>)).toMatch(
      /part after 101 steps[\s\S]*first: {2}world on the world at 1002 µs[\s\S]*scheduleStrangely/,
    );
  });

  it('shows where one run ends before the other', () => {
    let runs = 0;
    const divergence = findDivergence(
      runWith((simulation) => {
        if (runs++ % 2 === 1) {
          simulation.schedule(5_000, () => undefined);
        }
      }),
    );
    expect(divergence).toMatchObject({
      index: 200,
      first: { type: 'end' },
      second: { type: 'event', timeMicros: 6_000 },
    });
  });

  it('shows notes and marks that differ', () => {
    let runs = 0;
    const noted = findDivergence(runWith((simulation) => simulation.note(runs++)));
    expect(noted?.first).toMatchObject({ type: 'note', timeMicros: 1_000 });
    const marked = findDivergence(runWith((simulation) => simulation.mark(`mark ${runs++}`)));
    expect(marked?.second).toMatchObject({ type: 'mark', name: expect.stringMatching(/^mark \d$/) });
  });
});
