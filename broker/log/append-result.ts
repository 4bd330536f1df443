import type { ErrorName } from '../protocol/errors.js';

/**
 * The result of an append. `duplicate`: the log already contains the batch at these offsets, and it was not
 * written again.
 */
export type AppendResult =
  | {
      readonly errorCode: 'NONE';
      readonly baseOffset: number;
      readonly lastOffset: number;
      readonly duplicate: boolean;
    }
  | { readonly errorCode: Exclude<ErrorName, 'NONE'>; readonly message: string };

export function refuse(errorCode: Exclude<ErrorName, 'NONE'>, message: string): AppendResult {
  return { errorCode, message };
}
