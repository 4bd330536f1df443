import type { ErrorName } from '../protocol/errors.js';

/** How an append ended. `duplicate`: the batch is in the log already, at these offsets, and was not written again. */
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
