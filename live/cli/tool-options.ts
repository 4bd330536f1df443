/** What the commands of Kafka's verifiable clients have in common: their properties files and the values of their flags. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Properties } from '../../broker/config/definitions.js';
import type { Address } from '../../broker/env.js';
import { UsageError } from '../../harness/api/usage-error.js';

/** A file of Java properties without continuation lines. What concerns Java's own classes is left out. */
export function propertiesOf(file: string): Properties {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    const entries = lines
      .map((line) => /^\s*([^#!\s=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line))
      .flatMap((match) => (match === null ? [] : [[match[1]!, match[2]!] as const]));
    return Object.fromEntries(
      entries.filter(([key]) => !/^(bootstrap\.servers|(key|value)\.(de)?serializer)$/.test(key)),
    );
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function parseInteger(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('an integer');
  return Number(text);
}

export function parseAddresses(text: string): readonly Address[] {
  return text.split(',').map((each) => {
    const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(each.trim());
    if (match === null) throw new InvalidArgumentError('host:port, separated by commas');
    return { host: match[1] ?? match[2] ?? '', port: Number(match[3]) };
  });
}
