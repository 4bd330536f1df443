/** Positions for marks in a row: each as near to its wanted position as the others allow, at least `gap` apart. */
export function spreadApart(wanted: readonly number[], gap: number, end: number): number[] {
  const places: number[] = [];
  for (const [index, x] of wanted.entries())
    places.push(index === 0 ? x : Math.max(x, places[index - 1]! + gap));
  // What was pushed over the end goes back, and takes its neighbours along.
  let limit = end;
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index]!, limit);
    limit = places[index]! - gap;
  }
  return places;
}
