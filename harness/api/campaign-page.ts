/** The page of a campaign: every scenario with its verdict, its faults, its marks, its availability and its failing runs. */
import { relative } from 'node:path';
import type { Verdict } from '../checkers/verdict.js';
import type { CampaignDocument, LongestStandstill, RunDocument } from '../runner/run-data.js';
import { plural, withCommas } from './plural.js';
import { anomalyNames } from './story-lines.js';
import {
  type PageCell,
  type PageLine,
  type PageSection,
  plainCell,
  type SummaryPage,
  type Tone,
} from './summary-page.js';

export interface CampaignPageInput {
  readonly verdict: Verdict;
  readonly campaigns: readonly CampaignDocument[];
  readonly wallSeconds: number;
  /** The directory of the page: links are relative to it. */
  readonly directory: string;
}

const TONES: Readonly<Record<Verdict, Tone>> = { valid: 'good', invalid: 'bad', unknown: 'unsure' };

export function campaignPage({ verdict, campaigns, wallSeconds, directory }: CampaignPageInput): SummaryPage {
  const sum = (
    field: 'runs' | 'invalid' | 'unknown' | 'records' | 'recordsGone' | 'virtualSeconds',
  ): string => withCommas(Math.round(campaigns.reduce((total, campaign) => total + campaign[field], 0)));
  return {
    title: `${verdict}: ${plural(campaigns.length, 'scenario')}`,
    verdict,
    headline: `${plural(campaigns.length, 'scenario')}, ${sum('runs')} runs`,
    figures: [
      { name: 'runs that are invalid', value: sum('invalid') },
      { name: 'runs that are unknown', value: sum('unknown') },
      { name: 'records', value: sum('records') },
      { name: 'records gone', value: sum('recordsGone') },
      { name: 'virtual time', value: `${sum('virtualSeconds')} s` },
      { name: 'wall time', value: `${wallSeconds.toFixed(1)} s` },
    ],
    sections: [overview(campaigns), ...campaigns.map((campaign) => sectionOf(campaign, directory))],
  };
}

function overview(campaigns: readonly CampaignDocument[]): PageSection {
  return {
    heading: 'Scenarios',
    lines: [],
    table: {
      head: [
        'scenario',
        'verdict',
        'runs',
        'invalid',
        'unknown',
        'records',
        'gone',
        'without writes',
        'without reads',
        'without processing',
      ],
      rows: campaigns.map((campaign) => [
        plainCell(campaign.scenario),
        plainCell(campaign.verdict, TONES[campaign.verdict]),
        ...[campaign.runs, campaign.invalid, campaign.unknown, campaign.records, campaign.recordsGone].map(
          (count) => plainCell(withCommas(count)),
        ),
        standstillCell(campaign.availability.writes),
        standstillCell(campaign.availability.reads),
        standstillCell(campaign.availability.processing),
      ]),
    },
  };
}

function standstillCell(standstill: LongestStandstill | null): PageCell {
  return standstill === null
    ? plainCell('–', 'quiet')
    : plainCell(`${(standstill.longestMicros / 1e6).toFixed(1)} s`);
}

function sectionOf(campaign: CampaignDocument, directory: string): PageSection {
  const { faults, marks, availability } = campaign;
  return {
    heading: campaign.scenario,
    lines: [
      { text: campaign.promise },
      ...campaign.unknownBecause.map((reason): PageLine => ({ text: `unknown because ${reason}` })),
      ...campaign.failures.flatMap((run) => failureLines(run, directory)),
      ...standstillLines(availability),
      ...markLines(marks),
    ],
    table: {
      head: ['fault', 'configured', 'fired', 'mattered'],
      rows: faults.map(({ kind, configured, fired, mattered }) => [
        plainCell(kind),
        plainCell(withCommas(configured)),
        plainCell(withCommas(fired), fired === 0 ? 'unsure' : 'plain'),
        plainCell(withCommas(mattered), mattered === 0 ? 'unsure' : 'plain'),
      ]),
    },
  };
}

function failureLines(run: RunDocument, directory: string): readonly PageLine[] {
  const text = `seed ${run.seed}: ${anomalyNames(run.anomalies) || run.verdict}`;
  const report = run.runDirectory === null ? null : relative(directory, `${run.runDirectory}/report.html`);
  return [report === null ? { text } : { text, link: report }, { text: run.replayLine, isCommand: true }];
}

function standstillLines(availability: CampaignDocument['availability']): readonly PageLine[] {
  return (['writes', 'reads', 'processing'] as const).flatMap((what) => {
    const longest = availability[what];
    if (longest === null) return [];
    const { longestMicros, key, seed, endedBy } = longest;
    const end = endedBy === null ? '' : `; ended by ${endedBy}`;
    return [
      {
        text: `longest time without ${what}: ${(longestMicros / 1e6).toFixed(3)} s, ${key}, seed ${seed}${end}`,
      },
    ];
  });
}

function markLines(marks: Readonly<Record<string, number>>): readonly PageLine[] {
  const reached = Object.entries(marks).map(([name, count]) => `${name} ×${withCommas(count)}`);
  return reached.length === 0 ? [] : [{ text: `marks: ${reached.join(', ')}` }];
}
