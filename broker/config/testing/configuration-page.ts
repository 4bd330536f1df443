/** `docs/configuration.md`: every key of Kafka with its standing here. */
import { CONFIG_KINDS, type ConfigKind, kafkaKeys } from '../kafka-keys/index.js';
import { standingOf } from '../standing.js';

const TITLES: Readonly<Record<ConfigKind, string>> = {
  broker: 'Brokers and controllers',
  topic: 'Topics',
  producer: 'Producers',
  consumer: 'Consumers',
};

export function configurationPage(): string {
  const lines = [
    '# Every configuration key of Kafka 4.3',
    '',
    '*Modelled*: the key acts as in Kafka. *Accepted*: the key has no effect here, for the reason in the last column. *Refused*:',
    'a value other than the default would change what is promised, and that is not modelled; the reason is in the last column.',
    'Keys that Kafka does not document are marked ᵢ. `broker/config/standing.test.ts` writes this page.',
  ];
  for (const kind of CONFIG_KINDS) {
    const keys = [...kafkaKeys(kind).values()];
    const standings = keys.map(({ key }) => standingOf(kind, key)!);
    const count = (standing: string): number => standings.filter((each) => each.standing === standing).length;
    lines.push(
      '',
      `## ${TITLES[kind]}`,
      '',
      `${keys.length} keys: ${count('modelled')} modelled, ${count('accepted')} accepted, ${count('refused')} refused.`,
      '',
      '| key | type | default | standing | reason |',
      '|---|---|---|---|---|',
      ...keys.map(({ key, type, initial, isInternal }, index) => {
        const { standing, reason } = standings[index]!;
        return `| \`${key}\`${isInternal ? ' ᵢ' : ''} | ${type} | ${initial} | ${standing} | ${reason} |`;
      }),
    );
  }
  return `${lines.join('\n')}\n`;
}
