/** Binary searches in sorted columns: the page draws only what is visible, and finds it by these. */

/** Index of the first element `>= value` between `from` and `to`; `to` when there is none. */
export function firstAtLeast(column: ArrayLike<number>, value: number, from = 0, to = column.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the last element `<= value` between `from` and `to`; `from - 1` when there is none. */
export function lastAtMost(column: ArrayLike<number>, value: number, from = 0, to = column.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
