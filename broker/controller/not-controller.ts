/** The answers of a voter that does not lead. The sender then looks for the leader and sends its request again. */
import type { RequestBodies, ResponseBodies } from '../protocol/apis/index.js';
import { errorAnswer } from '../protocol/error-answer.js';
import type { ControllerApi } from './active-controller.js';

export function notController<A extends ControllerApi>(
  apiName: A,
  body: RequestBodies[A],
): ResponseBodies[A] {
  return errorAnswer(apiName, body, 'NOT_CONTROLLER');
}
