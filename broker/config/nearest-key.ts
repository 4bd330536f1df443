/** The known key that a misspelt one probably stands for. */

/**
 * The key with the fewest edits, when a third of the name at most differs; null: no key is near. Upper case, `_` and `-`
 * count as the same name, because other notations write keys so.
 */
export function nearestKey(written: string, known: Iterable<string>): string | null {
  const name = normalised(written);
  let best: string | null = null;
  let bestEdits = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const key of known) {
    const edits = editsBetween(name, normalised(key), bestEdits);
    if (edits < bestEdits) {
      best = key;
      bestEdits = edits;
    }
  }
  return best;
}

function normalised(key: string): string {
  return key.toLowerCase().replace(/[_-]/g, '.');
}

/** Levenshtein distance; `atMost` when it is that or more. */
function editsBetween(a: string, b: string, atMost: number): number {
  if (Math.abs(a.length - b.length) >= atMost) return atMost;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return Math.min(atMost, row[b.length]!);
}
