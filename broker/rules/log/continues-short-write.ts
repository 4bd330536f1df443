export interface ShortWriteInput {
  readonly writtenBytes: number;
  readonly remainingBytes: number;
}

/** Whether the log goes on writing after a write that took fewer bytes than it was given (KAFKA-17181). */
export function continuesShortWrite(input: ShortWriteInput): boolean {
  return input.remainingBytes > 0;
}
