/** `partition.assignment.strategy`: the assignors by the names of their Java classes. */
import { ConfigException } from '../../../config/definitions.js';
import type { Assignor } from './assignor.js';
import { rangeAssignor, roundRobinAssignor } from './simple-assignors.js';
import { cooperativeStickyAssignor, stickyAssignor } from './sticky-assignors.js';

const PACKAGE = 'org.apache.kafka.clients.consumer.';
const classes: Readonly<Record<string, Assignor>> = {
  RangeAssignor: rangeAssignor,
  RoundRobinAssignor: roundRobinAssignor,
  StickyAssignor: stickyAssignor,
  CooperativeStickyAssignor: cooperativeStickyAssignor,
};

/**
 * In the order of preference. `custom`: assignors of the application, which the strategy names by their names. Members are cooperative if every assignor is.
 *
 * @throws ConfigException when a class is unknown or named twice.
 */
export function assignorsOf(strategy: string, custom: readonly Assignor[] = []): readonly Assignor[] {
  const assignors = strategy.split(',').map((each) => {
    const name = each.trim();
    const short = name.startsWith(PACKAGE) ? name.slice(PACKAGE.length) : name;
    const assignor =
      custom.find((own) => own.name === name) ?? (Object.hasOwn(classes, short) ? classes[short] : undefined);
    if (assignor === undefined)
      throw new ConfigException(
        `Invalid value ${name} for configuration partition.assignment.strategy: Class ${name} could not be found.`,
      );
    return assignor;
  });
  if (new Set(assignors).size < assignors.length)
    throw new ConfigException('partition.assignment.strategy names an assignor twice');
  return assignors;
}
