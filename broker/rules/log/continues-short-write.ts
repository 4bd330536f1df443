export interface ShortWriteInput {
  readonly writtenBytes: number;
  readonly remainingBytes: number;
}

/** Whether the rest of a write that took fewer bytes than offered is written too (KAFKA-17181). */
export function continuesShortWrite(input: ShortWriteInput): boolean {
  return input.remainingBytes > 0;
}
