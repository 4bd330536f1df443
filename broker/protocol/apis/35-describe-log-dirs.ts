import { api } from '../schema/api.js';
import { array, bool, errorCode, int32, int64, string } from '../schema/field.js';

/**
 * DescribeLogDirs (key 35; KIP-113): the log directories of the answering broker and the sizes of the replicas in them. Null asks for
 * all partitions.
 *
 * Versions: 2 flexible · 3 an error for the whole answer · 4 total and usable bytes (KIP-827) · 5 cordoned directories (KIP-1066).
 */
export const describeLogDirsApi = api({
  key: 35,
  name: 'DescribeLogDirs',
  validVersions: '1-5',
  flexibleVersions: '2+',
  listeners: ['broker'],
  request: {
    topics: array(
      '0+',
      { topic: string('0+', { mapKey: true }), partitions: array('0+', 'int32') },
      { nullableVersions: '0+' },
    ),
  },
  response: {
    throttleTimeMs: int32('0+'),
    errorCode: errorCode('3+', { ignorable: true }),
    results: array('0+', {
      errorCode: errorCode('0+'),
      logDir: string('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          partitionSize: int64('0+'),
          offsetLag: int64('0+'),
          isFutureKey: bool('0+'),
        }),
      }),
      totalBytes: int64('4+', { default: -1, ignorable: true }),
      usableBytes: int64('4+', { default: -1, ignorable: true }),
      isCordoned: bool('5+', { ignorable: true }),
    }),
  },
});
