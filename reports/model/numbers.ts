/**
 * Columns of whole numbers as bytes: the difference to the number before, zigzagged, seven bits a byte. Sorted times and
 * offsets, which is nearly all a report holds, then take one to three bytes each before compression. Used on both sides
 * (Node packs, the page unpacks), so it knows neither.
 */

/** Safe integers only. */
export function packNumbers(numbers: ArrayLike<number>): Uint8Array {
  let bytes = new Uint8Array(numbers.length * 2 + 16);
  let size = 0;
  let previous = 0;
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index]!;
    const delta = number - previous;
    previous = number;
    let rest = delta >= 0 ? delta * 2 : -delta * 2 - 1;
    if (size + 10 > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    while (rest >= 128) {
      bytes[size++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    bytes[size++] = rest;
  }
  return bytes.slice(0, size);
}

export function unpackNumbers(bytes: Uint8Array, count: number): Float64Array {
  const numbers = new Float64Array(count);
  let position = 0;
  let previous = 0;
  for (let index = 0; index < count; index++) {
    let rest = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[position++]!;
      rest += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    previous += rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2;
    numbers[index] = previous;
  }
  return numbers;
}
