/** Kafka's own ConfigDefs, printed by Java from the jars that `scripts/kafka-jars.mjs` brings into the cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'seismolog',
  'kafka-server-4.3.0',
);

/** Java can compile a source file, and the jars are there. */
export const canAskKafka =
  existsSync(folder) &&
  spawnSync('java', ['--list-modules'], { encoding: 'utf8' }).stdout?.includes('jdk.compiler') === true;

const PROGRAM = `
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;

public class ConfigDefinitions {
  static void print(String kind, ConfigDef definitions) {
    for (ConfigDef.ConfigKey key : new TreeMap<>(definitions.configKeys()).values()) {
      Object value = key.defaultValue;
      String initial = value == ConfigDef.NO_DEFAULT_VALUE ? "(required)"
        : value == null ? "(null)" : String.valueOf(ConfigDef.convertToString(value, key.type)).replace("class ", "");
      System.out.println(kind + " " + key.name + " " + key.type + " " + (initial.isEmpty() ? "(empty)" : initial)
        + (key.internalConfig ? " internal" : ""));
      if (kind.equals("broker") || kind.equals("topic"))
        System.out.println("rule " + kind + " " + key.name + " " + (key.validator == null ? "" : key.validator));
    }
  }

  public static void main(String[] args) {
    print("broker", org.apache.kafka.server.config.AbstractKafkaConfig.CONFIG_DEF);
    print("topic", org.apache.kafka.storage.internals.log.LogConfig.configDefCopy());
    print("producer", org.apache.kafka.clients.producer.ProducerConfig.configDef());
    print("consumer", org.apache.kafka.clients.consumer.ConsumerConfig.configDef());
    org.apache.kafka.server.config.DynamicBrokerConfig.dynamicConfigUpdateModes()
      .forEach((key, mode) -> System.out.println("mode " + key + " " + mode));
  }
}
`;

/** `broker min.insync.replicas INT 1` …: one line for each key. */
export function kafkaConfigDefinitions(): string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'seismolog-keys-'));
  try {
    const source = join(scratch, 'ConfigDefinitions.java');
    writeFileSync(source, PROGRAM);
    const { status, stdout, stderr } = spawnSync('java', ['-cp', join(folder, '*'), source], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`Java could not print the definitions: ${stderr}`);
    return stdout.trim().split('\n');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
