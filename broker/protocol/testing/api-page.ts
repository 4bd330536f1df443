/** The page `docs/apis.md`, written from the schemas and from the list of what is not served. */
import { newestOffered } from '../api-versions-response.js';
import { apiSchemas } from '../apis/schemas.js';
import { servedApiOf } from '../channel/wire-frames.js';
import { UNSERVED_APIS } from '../unserved-apis.js';

/** What a served API answers otherwise than Kafka 4.3, with the reason. */
const DIFFERENCES: readonly (readonly [string, string])[] = [
  ['Produce', 'refuses a transactional id with INVALID_REQUEST: there are no transactions yet'],
  ['Produce', 'answers records that are null with INVALID_RECORD; Kafka never answers'],
  ['Fetch', 'names no preferred read replica: consumers read from a follower when they ask it (KIP-392)'],
  ['Metadata, DescribeCluster', 'name the answering broker as controller; Kafka names any live broker'],
  ['ApiVersions', 'reports `metadata.version` and `kraft.version`; the other features have level 0'],
  ['DescribeConfigs', "gives the standing of a setting where Kafka gives the setting's documentation"],
  [
    'AlterConfigs, IncrementalAlterConfigs, DescribeConfigs',
    'know topics and brokers; no groups, client metrics or loggers',
  ],
  [
    'AlterConfigs, IncrementalAlterConfigs, CreateTopics',
    'refuse settings that would change what is promised and are not modelled (configuration.md)',
  ],
  ['CreateTopics', 'leaves out the settings in its answer for the topics of coordinators'],
  [
    'CreateTopics, CreatePartitions',
    'wait for the commit whatever `timeoutMs` is; Kafka answers 0 with REQUEST_TIMED_OUT',
  ],
  ['DescribeLogDirs', 'does not know the size of the volume'],
  [
    'SaslHandshake, SaslAuthenticate',
    'PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 on a live listener with SASL; else ILLEGAL_SASL_STATE. No re-authentication, no SaslHandshake version 0',
  ],
];

export const servedApis = () => Object.values(apiSchemas).filter(({ key }) => servedApiOf(key) !== null);

export function apiPage(): string {
  const served = servedApis().map(({ key, name, validVersions, listeners }) => {
    const versions = `${validVersions.lowest}–${newestOffered(name)}`;
    return `| ${key} | ${name} | ${versions} | ${listeners.join(', ')} |`;
  });
  return [
    '# The APIs of Kafka 4.3',
    '',
    '`broker/protocol/api-page.test.ts` writes this page. It compares the two lists with the schemas of Kafka 4.3.',
    '',
    '## What is served',
    '',
    '| key | API | versions | listeners |',
    '|---|---|---|---|',
    ...served,
    '',
    'What differs from Kafka on purpose:',
    '',
    '| API | difference |',
    '|---|---|',
    ...DIFFERENCES.map(([name, difference]) => `| ${name} | ${difference} |`),
    '',
    '## What is not served',
    '',
    'ApiVersions does not offer these. A request of one of them ends its connection, as a request of an unknown API does in Kafka.',
    '',
    '| key | API | reason |',
    '|---|---|---|',
    ...UNSERVED_APIS.map(({ key, name, reason }) => `| ${key} | ${name} | ${reason} |`),
    '',
  ].join('\n');
}
