import { describe, expect, it } from 'vitest';
import { apiPage, servedApis } from './testing/api-page.js';
import { hasKafkaJars, kafkaSchemas } from './testing/kafka-schemas.js';
import { UNSERVED_APIS } from './unserved-apis.js';

describe('the APIs of Kafka', () => {
  it.skipIf(!hasKafkaJars)('are served or have a reason why not, each of them (needs the jars)', () => {
    const messages = [...kafkaSchemas('kafka-clients', 'common/message/').values()];
    const kafkas = messages.filter(({ apiKey, name, validVersions }) => {
      return apiKey !== undefined && name.endsWith('Request') && validVersions !== 'none';
    });
    const ours = [...servedApis(), ...UNSERVED_APIS].map(({ key, name }) => `${key} ${name}`);
    expect(ours.sort()).toEqual(
      kafkas.map(({ apiKey, name }) => `${apiKey} ${name.replace(/Request$/, '')}`).sort(),
    );
  });

  it('are listed in docs/apis.md', async () => {
    await expect(apiPage()).toMatchFileSnapshot('../../docs/apis.md');
  });
});
