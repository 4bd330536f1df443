/**
 * The features of the cluster as ApiVersions reports them (KIP-584). A feature of Kafka 4.3 that is missing here has
 * level 0: what it stands for is not served. Clients read `transaction.version` and `group.version` from this list.
 */
import type { ResponseBody } from './apis/schemas.js';

interface Feature {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** The level that is in force; 0: the feature is off and is not reported as finalized. */
  readonly finalized: number;
}

const features: readonly Feature[] = [
  { name: 'kraft.version', minVersion: 0, maxVersion: 1, finalized: 0 },
  { name: 'metadata.version', minVersion: 7, maxVersion: 30, finalized: 30 },
];

/** From this version of ApiVersions on the lowest version of a feature may be 0 (KIP-1022). */
const ZERO_PERMITTED = 4;

/** `epoch`: the last offset of the metadata log that the answering process knows. */
export function reportedFeatures(
  version: number,
  epoch: number,
): Pick<ResponseBody<'ApiVersions'>, 'supportedFeatures' | 'finalizedFeatures' | 'finalizedFeaturesEpoch'> {
  return {
    supportedFeatures: features
      .filter(({ minVersion }) => minVersion > 0 || version >= ZERO_PERMITTED)
      .map(({ name, minVersion, maxVersion }) => ({ name, minVersion, maxVersion })),
    finalizedFeatures: features
      .filter(({ finalized }) => finalized > 0)
      .map(({ name, finalized }) => ({ name, maxVersionLevel: finalized, minVersionLevel: finalized })),
    finalizedFeaturesEpoch: epoch,
  };
}
