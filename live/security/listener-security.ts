/** TLS and SASL of the listener for clients, by Kafka's configuration keys. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ConfigException, type Properties } from '../../broker/config/definitions.js';
import type { Address } from '../../broker/env.js';
import type { SaslMechanisms } from '../../broker/protocol/sasl.js';
import type { TlsListener } from '../../doors/real-network.js';
import type { ScramUser } from '../kafka-cluster.js';
import { LOOPBACK } from '../loopback.js';
import { parseJaasUsers } from './jaas-users.js';
import { plainExchange } from './plain.js';
import { type ScramCredential, type ScramMechanism, scramCredential, scramExchange } from './scram.js';

export interface ListenerSecurity {
  /** PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL. */
  readonly protocol: SecurityProtocol;
  readonly listenerName: string;
  /** The address in `listeners`; null: the key is absent. */
  readonly address: Address | null;
  readonly tls: TlsListener | null;
  readonly sasl: SaslMechanisms | null;
}

/** The ids that a registration of a broker carries (org.apache.kafka.common.security.auth.SecurityProtocol). */
export const SECURITY_PROTOCOLS = { PLAINTEXT: 0, SSL: 1, SASL_PLAINTEXT: 2, SASL_SSL: 3 } as const;
export type SecurityProtocol = keyof typeof SECURITY_PROTOCOLS;

const KEYS =
  /^(listeners|controller\.listener\.names|inter\.broker\.listener\.name|listener\.security\.protocol\.map|sasl\.enabled\.mechanisms|sasl\.server\.max\.receive\.size|ssl\.(keystore|truststore)\.(type|location|certificate\.chain|certificates|key)|ssl\.client\.auth|ssl\.key\.password)$/;
const LISTENER_KEYS =
  /^listener\.name\.[^.]+\.(?:(?:plain\.)?sasl\.jaas\.config|sasl\.enabled\.mechanisms|ssl\..+)$/;
const SASL_REQUEST_BYTES_MAX = 524_288;

export function isSecurityKey(key: string): boolean {
  return KEYS.test(key) || LISTENER_KEYS.test(key);
}

/** Splits the keys of the listener's security from all others. */
export function splitSecurity(config: Properties): {
  readonly security: Properties;
  readonly rest: Properties;
} {
  const entries = Object.entries(config);
  return {
    security: Object.fromEntries(entries.filter(([key]) => isSecurityKey(key))),
    rest: Object.fromEntries(entries.filter(([key]) => !isSecurityKey(key))),
  };
}

/** @throws ConfigException when a value is illegal, or what a protocol needs is missing. */
export function listenerSecurity(
  security: Properties,
  scramUsers: readonly ScramUser[] = [],
): ListenerSecurity {
  const { name, address } = parseListener(clientListener(security));
  const protocol = protocolOf(name, security['listener.security.protocol.map']);
  const read = (key: string): string | undefined =>
    security[`listener.name.${name.toLowerCase()}.${key}`] ?? security[key];
  return {
    protocol,
    listenerName: name,
    address,
    tls: protocol.endsWith('SSL') ? tlsOf(read) : null,
    sasl: protocol.startsWith('SASL_') ? saslOf(read, name, scramUsers) : null,
  };
}

/** The listener that is neither for the controller nor for other brokers alone. */
function clientListener(security: Properties): string {
  const listed = (security.listeners ?? 'PLAINTEXT://').split(',').map((listener) => listener.trim());
  if (listed.length === 1) return listed[0] ?? '';
  const others = [security['controller.listener.names'], security['inter.broker.listener.name']]
    .flatMap((names) => (names ?? '').split(','))
    .map((name) => name.trim().toUpperCase());
  const isOther = (listener: string): boolean =>
    others.includes((listener.split(':')[0] ?? '').toUpperCase());
  const forClients = listed.filter((listener) => !isOther(listener));
  const [first = listed.find((listener) => !isController(security, listener)) ?? ''] = forClients;
  if (forClients.length <= 1) return first;
  const problem = `one listener for clients is served, not ${forClients.join(',')}`;
  throw new ConfigException(`Invalid value ${security.listeners} for configuration listeners: ${problem}`);
}

function isController(security: Properties, listener: string): boolean {
  const names = (security['controller.listener.names'] ?? '').toUpperCase().split(',');
  return names.includes((listener.split(':')[0] ?? '').toUpperCase());
}

type Read = (key: string) => string | undefined;

function parseListener(value: string): { readonly name: string; readonly address: Address | null } {
  const match = /^([A-Za-z0-9_-]+):\/\/(?:(?:\[([0-9A-Fa-f:]+)\]|([^:/]*)):(\d{1,5}))?$/.exec(value.trim());
  const [, name = '', ipv6, host, port] = match ?? [];
  if (match === null || Number(port ?? 0) > 65_535) {
    const problem = 'expected NAME://HOST:PORT, for example SASL_SSL://127.0.0.1:9093';
    throw new ConfigException(`Invalid value ${value} for configuration listeners: ${problem}`);
  }
  if (port === undefined) return { name, address: null };
  return {
    name,
    address: { host: ipv6 ?? (host === undefined || host === '' ? LOOPBACK : host), port: Number(port) },
  };
}

function protocolOf(listener: string, map: string | undefined): SecurityProtocol {
  const entries = (map ?? '').split(',').map((entry) => entry.trim().split(':'));
  const mapped = entries.find(([name]) => name?.toUpperCase() === listener.toUpperCase())?.[1] ?? listener;
  if (isProtocol(mapped)) return mapped;
  throw new ConfigException(`No security protocol defined for listener ${listener}`);
}

function isProtocol(name: string): name is SecurityProtocol {
  return Object.hasOwn(SECURITY_PROTOCOLS, name);
}

function tlsOf(read: Read): TlsListener {
  const type = read('ssl.keystore.type') ?? 'JKS';
  if (type !== 'PEM')
    throw new ConfigException(
      `Invalid value ${type} for configuration ssl.keystore.type: only PEM is served`,
    );
  const location = read('ssl.keystore.location');
  const file = location === undefined ? undefined : readPem(location);
  const cert = read('ssl.keystore.certificate.chain') ?? file;
  const key = read('ssl.keystore.key') ?? file;
  if (cert === undefined || key === undefined)
    throw new ConfigException(
      'SSL needs ssl.keystore.location, or ssl.keystore.certificate.chain and ssl.keystore.key',
    );
  const clientAuth = read('ssl.client.auth') ?? 'none';
  if (!['none', 'requested', 'required'].includes(clientAuth)) {
    const problem = 'String must be one of: required, requested, none';
    throw new ConfigException(`Invalid value ${clientAuth} for configuration ssl.client.auth: ${problem}`);
  }
  const trusted = read('ssl.truststore.location');
  const ca = read('ssl.truststore.certificates') ?? (trusted === undefined ? undefined : readPem(trusted));
  const passphrase = read('ssl.key.password');
  const material = {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  checkMaterial(material);
  return {
    ...material,
    clientAuth: clientAuth === 'required' ? 'required' : clientAuth === 'requested' ? 'requested' : 'none',
  };
}

function checkMaterial(material: object): void {
  try {
    createSecureContext(material);
  } catch (error) {
    throw new ConfigException(
      `Invalid PEM keystore configs: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigException(
      `Failed to load ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

function saslOf(read: Read, listener: string, scramUsers: readonly ScramUser[]): SaslMechanisms {
  const names = (read('sasl.enabled.mechanisms') ?? 'GSSAPI').split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== 'PLAIN' && !SCRAM.some((each) => each === name));
  if (unknown !== undefined) {
    const problem = `${unknown} is not served; PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 are`;
    throw new ConfigException(
      `Invalid value ${names.join(',')} for configuration sasl.enabled.mechanisms: ${problem}`,
    );
  }
  const plainKey = 'plain.sasl.jaas.config';
  const plainUsers = parseJaasUsers(read(plainKey) ?? '');
  if (names.includes('PLAIN') && plainUsers.size === 0)
    throw new ConfigException(`PLAIN needs users in listener.name.${listener.toLowerCase()}.${plainKey}`);
  const credentials = new Map(SCRAM.map((mechanism) => [mechanism, credentialsOf(mechanism, scramUsers)]));
  return {
    names,
    requestBytesMax: receiveSizeOf(read('sasl.server.max.receive.size')),
    begin: (mechanism) => {
      const scram = SCRAM.find((each) => each === mechanism);
      return scram === undefined
        ? plainExchange(plainUsers)
        : scramExchange(scram, credentials.get(scram) ?? new Map());
    },
  };
}

function receiveSizeOf(value: string | undefined): number {
  if (value === undefined) return SASL_REQUEST_BYTES_MAX;
  if (!/^\d{1,9}$/.test(value.trim()))
    throw new ConfigException(
      `Invalid value ${value} for configuration sasl.server.max.receive.size: Not a number of type INT`,
    );
  return Number(value);
}

function credentialsOf(
  mechanism: ScramMechanism,
  users: readonly ScramUser[],
): ReadonlyMap<string, ScramCredential> {
  return new Map(
    users
      .filter((user) => user.mechanism === mechanism)
      .map(({ name, password, iterations }) => [name, scramCredential(mechanism, password, iterations)]),
  );
}
