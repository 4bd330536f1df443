/** The users in a JAAS configuration of PlainLoginModule: `user_alice="secret"` for each user. */
import { ConfigException } from '../../broker/config/definitions.js';
import type { PlainUsers } from './plain.js';

const MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const OPTION = /\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;"']+))/y;

/** @throws ConfigException. The message does not repeat the configuration, which holds passwords. */
export function parseJaasUsers(text: string): PlainUsers {
  const users = new Map<string, string>();
  const trimmed = text.trim();
  if (trimmed === '') return users;
  const head = /^(\S+)\s+(required|requisite|sufficient|optional)\b/i.exec(trimmed);
  if (head === null || head[1] !== MODULE || !trimmed.endsWith(';'))
    throw illegal(`it must be \`${MODULE} required user_NAME="PASSWORD" …;\``);
  OPTION.lastIndex = head[0].length;
  let end = OPTION.lastIndex;
  for (let match = OPTION.exec(trimmed); match !== null; match = OPTION.exec(trimmed)) {
    end = OPTION.lastIndex;
    const [, name = '', double, single, bare] = match;
    const value = double ?? single ?? bare ?? '';
    if (name.startsWith('user_')) users.set(name.slice('user_'.length), value.replace(/\\(.)/g, '$1'));
  }
  if (trimmed.slice(end).trim() !== ';') throw illegal('an option is not of the form name="value"');
  return users;
}

function illegal(problem: string): ConfigException {
  return new ConfigException(`Invalid value for configuration plain.sasl.jaas.config: ${problem}`);
}
