import { describe, expect, it } from 'vitest';
import type { DeletedSegmentSummary } from '../../broker/observer.js';
import { P, Stage } from './testing/stage.js';

const ALL = ['b1', 'b2', 'b3'];

const SEGMENT: DeletedSegmentSummary = {
  endOffset: 2,
  sizeBytes: 100,
  largestTimestamp: 1000,
  logSizeBytes: 250,
  highWatermark: 4,
  nowMillis: 4000,
};

/** Offsets 0 to 3 on every replica, all committed. */
function committed(retention = { deletes: true, retentionMillis: 2000, retentionBytes: -1 }): Stage {
  const stage = new Stage({ retention });
  for (let offset = 0; offset < 4; offset++) stage.append(offset, 1, ALL);
  stage.commit('b1', 4);
  return stage;
}

function deleteSegment(stage: Stage, host: string, changes: Partial<DeletedSegmentSummary> = {}): void {
  const segment = { ...SEGMENT, ...changes };
  stage.checker.deletions.segmentDeleted(host, P, segment);
  stage.checker.deletions.logStartMoved(host, P, segment.endOffset, 'segment deletion');
}

describe('a deletion', () => {
  it('is permitted by age, by size, by a request and by the log start of a leader', () => {
    const byAge = committed();
    deleteSegment(byAge, 'b1');
    byAge.checker.deletions.logStartMoved('b2', P, 2, 'leader');
    expect(byAge.names()).toEqual([]);
    const bySize = committed({ deletes: true, retentionMillis: -1, retentionBytes: 150 });
    deleteSegment(bySize, 'b1');
    expect(bySize.names()).toEqual([]);
    const byRequest = committed();
    byRequest.checker.deletions.asked(P, 3);
    byRequest.checker.deletions.logStartMoved('b1', P, 3, 'records deletion');
    expect(byRequest.names()).toEqual([]);
  });

  it('is reported when nothing permits it', () => {
    const stories: ((stage: Stage) => void)[] = [
      (stage) => deleteSegment(stage, 'b1', { nowMillis: 3000 }),
      (stage) => stage.checker.deletions.logStartMoved('b1', P, 3, 'records deletion'),
      (stage) => stage.checker.deletions.logStartMoved('b2', P, 3, 'leader'),
      (stage) => stage.checker.deletions.startedAfresh('b2', P, 3),
      (stage) => {
        deleteSegment(stage, 'b1');
        stage.checker.deletions.logStartMoved('b1', P, 3, 'segment deletion');
      },
    ];
    for (const story of stories) {
      const stage = committed();
      story(stage);
      expect(stage.names()).toEqual(['unpermitted-deletion']);
    }
    const compacted = committed({ deletes: false, retentionMillis: 1, retentionBytes: 0 });
    deleteSegment(compacted, 'b1');
    expect(compacted.names()).toEqual(['unpermitted-deletion']);
  });

  it('never reaches beyond the committed records', () => {
    const stage = committed();
    stage.append(4, 1, ['b1']);
    deleteSegment(stage, 'b1', { endOffset: 5 });
    expect(stage.names()).toEqual(['deleted-above-hw']);
  });

  it('leaves the records below out of every comparison of logs', () => {
    const stage = committed();
    deleteSegment(stage, 'b1');
    stage.checker.logOpened('b1', P, [batch(2), batch(3)], 2);
    stage.lead('b1', 2, ALL);
    expect(stage.names()).toEqual([]);
    // A follower that was away begins again where the leader's log begins.
    stage.checker.deletions.startedAfresh('b2', P, 2);
    stage.checker.truncated('b2', P, 2);
    for (const offset of [2, 3]) stage.append(offset, 1, ['b2']);
    stage.isr('b1', 2, ALL);
    expect(stage.names()).toEqual([]);
  });
});

describe('a follower whose log diverged below the log start of its leader', () => {
  it('keeps its own records and epochs there until they are deleted', () => {
    const stage = new Stage();
    stage.append(0, 1, ALL);
    stage.append(1, 1, ['b1', 'b2']);
    stage.commit('b1', 1);
    stage.lead('b3', 2, ['b2', 'b3']);
    for (const offset of [1, 2]) stage.append(offset, 2, ['b3'], 10 + offset);
    stage.lead('b2', 3, ['b2']);
    stage.commit('b2', 2);
    stage.checker.deletions.asked(P, 2);
    stage.checker.deletions.logStartMoved('b2', P, 2, 'records deletion');
    stage.checker.truncated('b3', P, 2);
    const epochs = [
      { leaderEpoch: 1, startOffset: 0 },
      { leaderEpoch: 2, startOffset: 1 },
    ];
    const state = { isSynced: true, logEndOffset: 2, recoveryPoint: 2, producersEndOffset: 2 };
    stage.checker.truncationDone('b3', P, { ...state, epochs });
    expect(stage.names()).toEqual([]);
    stage.append(2, 3, ['b2', 'b3']);
    const later = [...epochs, { leaderEpoch: 3, startOffset: 2 }];
    stage.checker.truncationDone('b3', P, { ...state, logEndOffset: 3, epochs: later });
    expect(stage.names()).toEqual([]);
    stage.checker.truncationDone('b3', P, { ...state, logEndOffset: 3, epochs });
    expect(stage.names()).toEqual(['epochs-not-of-log']);
  });
});

describe('a log start offset', () => {
  it('may go back in a restart, down to the one on disk', () => {
    const stage = committed();
    stage.checker.deletions.asked(P, 3);
    stage.checker.deletions.logStartMoved('b1', P, 2, 'records deletion');
    stage.checker.deletions.logStartCheckpointed('b1', P, 2);
    stage.checker.deletions.logStartMoved('b1', P, 3, 'records deletion');
    stage.checker.logOpened('b1', P, [0, 1, 2, 3].map(batch), 2);
    expect(stage.names()).toEqual([]);
    stage.checker.logOpened('b1', P, [0, 1, 2, 3].map(batch), 1);
    expect(stage.names()).toEqual(['log-start-regress']);
  });

  it('is that of every member of the ISR when DeleteRecords is acknowledged', () => {
    const stage = committed();
    stage.checker.deletions.asked(P, 2);
    stage.checker.deletions.logStartMoved('b1', P, 2, 'records deletion');
    stage.checker.deletions.logStartMoved('b2', P, 2, 'leader');
    stage.isr('b1', 1, ['b1', 'b2']);
    stage.checker.deletions.recordsDeleted('b1', P, 2);
    expect(stage.names()).toEqual([]);
    stage.isr('b1', 1, ALL);
    stage.checker.deletions.recordsDeleted('b1', P, 2);
    expect(stage.names()).toEqual(['deletion-of-leader-alone']);
  });
});

const batch = (offset: number) => ({ baseOffset: offset, lastOffset: offset, leaderEpoch: 1, crc: offset });
