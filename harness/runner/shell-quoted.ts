/** A word for a shell: it is quoted when it contains characters with a meaning in a shell. */
export function shellQuoted(word: string): string {
  if (/^[\w./:+\-\\]+$/.test(word) && !(process.platform !== 'win32' && word.includes('\\'))) return word;
  if (process.platform === 'win32') return `"${word}"`;
  // Within single quotes no character has a special meaning, not even a $( ) in a file name.
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
