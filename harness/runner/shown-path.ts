/** A path for messages: relative when it is below the working directory. */
import { relative } from 'node:path';

export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
