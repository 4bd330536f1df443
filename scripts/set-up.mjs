/** Makes a checkout ready to run: a Node that is new enough, the packages of package-lock.json, compiled code. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNpm } from './run-node.mjs';

/** As `engines` in package.json has it. */
const NODE_LEAST = { major: 20, minor: 19 };

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_LEAST.major || (major === NODE_LEAST.major && minor >= NODE_LEAST.minor)) return;
  console.error(
    `Seismolog needs Node ${NODE_LEAST.major}.${NODE_LEAST.minor} or newer; this is ${process.version}.`,
  );
  process.exit(64);
}

/** Installs when a package is missing or of another version than package-lock.json says. */
export function installPackages() {
  if (packagesAreCurrent()) return;
  console.error('Installing packages (npm ci) ...');
  const status = runNpm(['ci', '--no-audit', '--no-fund']);
  if (status !== 0) process.exit(status);
}

function packagesAreCurrent() {
  const installedLock = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}
