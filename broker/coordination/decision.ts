/**
 * A coordinator's decision on a request: the records that change its state when replayed, and the answer once they
 * are committed.
 */
export interface Decision<Response, Record> {
  readonly records: readonly Record[];
  readonly response: Response;
}
