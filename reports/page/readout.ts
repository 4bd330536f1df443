/** The words beside the timeline: everything at one instant. Built from text nodes only, so no value becomes markup. */
import type { TimelineColumns, TimelineModel } from '../model/timeline.js';
import { durationInWords, instantInWords } from '../words/instant.js';
import { mostTelling, operationsAt, operationText, partitionStateAt, replicasAt } from './instant.js';
import type { RunningEnds } from './running-ends.js';

export interface ReadoutSource {
  readonly model: TimelineModel;
  readonly columns: TimelineColumns;
  readonly ends: RunningEnds;
  readonly partitionsShown: number;
}

const operationsMax = 10;

export function fillReadout(
  panel: HTMLElement,
  source: ReadoutSource,
  micros: number,
  pointed: number | null,
): void {
  const groups = [
    whenGroup(micros),
    pointed === null ? null : pointedGroup(source, pointed),
    group('Faults', faultLines(source.model, micros)),
    group('Hosts not up', hostLines(source.model, micros)),
    ...partitionGroups(source, micros),
    group('In flight', flightLines(source, micros, pointed)),
  ];
  panel.replaceChildren(...groups.filter((one) => one !== null));
}

/** For a screen reader, when the instant is moved by keys. */
export function instantSentence({ model, partitionsShown }: ReadoutSource, micros: number): string {
  const parts = [instantInWords(micros)];
  for (const line of faultLines(model, micros)) parts.push(`fault: ${line[0]}`);
  for (const line of hostLines(model, micros)) parts.push(`${line[0]} ${line[1]}`);
  for (const lane of model.partitions.slice(0, Math.min(3, partitionsShown))) {
    const state = partitionStateAt(lane, micros);
    if (state !== null)
      parts.push(`${lane.name}: leader ${model.hosts[state.leader] ?? 'none'}, epoch ${state.leaderEpoch}`);
  }
  return parts.join('; ');
}

type Line = readonly [left: string, right: string];

function whenGroup(micros: number): HTMLElement {
  const element = document.createElement('div');
  element.className = 'when';
  element.textContent = instantInWords(Math.round(micros));
  return element;
}

function group(title: string, lines: readonly Line[]): HTMLElement | null {
  if (lines.length === 0) return null;
  const element = document.createElement('div');
  const heading = document.createElement('h4');
  heading.textContent = title;
  const list = document.createElement('ul');
  for (const [left, right] of lines) {
    const item = document.createElement('li');
    item.className = 'row';
    for (const text of [left, right]) {
      const cell = document.createElement('span');
      cell.textContent = text;
      item.append(cell);
    }
    list.append(item);
  }
  element.append(heading, list);
  return element;
}

function faultLines(model: TimelineModel, micros: number): Line[] {
  return model.faults
    .filter(({ startMicros, endMicros }) => startMicros <= micros && micros <= endMicros)
    .map(({ label, endMicros }) => [label, `until ${instantInWords(endMicros)}`]);
}

function hostLines(model: TimelineModel, micros: number): Line[] {
  return model.hosts.flatMap((name, index) => {
    const span = model.hostSpans[index]!.findLast(({ startMicros }) => startMicros <= micros);
    return span === undefined || span.state === 'up' ? [] : [[name, span.state] as const];
  });
}

function partitionGroups(
  { model, columns, partitionsShown }: ReadoutSource,
  micros: number,
): (HTMLElement | null)[] {
  return model.partitions.slice(0, Math.min(partitionsShown, 6)).map((lane) => {
    const state = partitionStateAt(lane, micros);
    if (state === null) return null;
    const names = state.isr.map((host) => model.hosts[host]).join(' ');
    const lines: Line[] = [
      [`leader ${model.hosts[state.leader] ?? 'none'}`, `epoch ${state.leaderEpoch}`],
      ['ISR', names === '' ? 'empty' : names],
    ];
    for (const { host, logEnd, highWatermark } of replicasAt(lane, columns, micros)) {
      lines.push([model.hosts[host] ?? '', `end ${logEnd}  hw ${highWatermark}`]);
    }
    return group(lane.name, lines);
  });
}

function pointedGroup({ model, columns }: ReadoutSource, index: number): HTMLElement | null {
  const process = model.processes.find(({ from, count }) => index >= from && index < from + count);
  const start = columns.operationStart[index]!;
  const proves = columns.operationTelling[index] === 1 ? ', proves an anomaly' : '';
  return group(`Operation ${columns.operationIndex[index]}${proves}`, [
    [process?.name ?? '', durationInWords(columns.operationDuration[index]!)],
    [operationText(model, columns, index), ''],
    ['asked', instantInWords(start)],
  ]);
}

function flightLines(
  { model, columns, ends }: ReadoutSource,
  micros: number,
  pointed: number | null,
): Line[] {
  const running = model.processes.map((_, process) =>
    operationsAt(model, columns, ends, process, micros).filter((index) => index !== pointed),
  );
  const shown = mostTelling(columns, running.flat(), operationsMax);
  const lines = running.flatMap((operations, process) =>
    operations
      .filter((index) => shown.includes(index))
      .map(
        (index): Line => [
          `${model.processes[process]!.name} ${operationText(model, columns, index)}`,
          durationInWords(columns.operationDuration[index]!),
        ],
      ),
  );
  const more = running.flat().length - shown.length;
  return more > 0 ? [...lines, [`and ${more} more`, '']] : lines;
}
