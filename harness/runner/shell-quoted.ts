/** A word as it would be typed: what a shell could take for something else stands in quotes. */
export function shellQuoted(word: string): string {
  if (/^[\w./:+\-\\]+$/.test(word) && !(process.platform !== 'win32' && word.includes('\\'))) return word;
  if (process.platform === 'win32') return `"${word}"`;
  // Within single quotes nothing means anything, a $( ) in the name of a file neither.
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
