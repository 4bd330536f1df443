/** Creates the initial topics of a cluster as soon as enough brokers are active. */
import type { CreateTopicsRequest } from '../protocol/apis/19-create-topics.js';
import type { QuorumController } from './quorum-controller.js';

export interface InitialTopicsOptions {
  /** The number of active brokers to wait for, so that all of them take part in the placement. */
  readonly brokersCount: number;
  readonly topics: CreateTopicsRequest['topics'];
}

export class InitialTopics {
  readonly #controller: QuorumController;
  readonly #options: InitialTopicsOptions;
  #isDone = false;

  constructor(controller: QuorumController, options: InitialTopicsOptions) {
    this.#controller = controller;
    this.#options = options;
  }

  createIfPossible(): void {
    if (this.#isDone) return;
    const { image } = this.#controller;
    let active = 0;
    for (const brokerId of image.brokers.keys()) if (image.isBrokerActive(brokerId)) active += 1;
    if (active < this.#options.brokersCount) return;
    this.#isDone = true;
    const topics = this.#options.topics.filter((topic) => !image.topics.has(topic.name));
    if (topics.length === 0) return;
    this.#controller.createInitialTopics({ timeoutMs: 0, topics, validateOnly: false }, (response) => {
      const isLeadershipLost = response.topics.some((topic) => topic.errorCode === 'NOT_CONTROLLER');
      this.#isDone = !isLeadershipLost;
      if (isLeadershipLost) return;
      const refused = response.topics.find((topic) => topic.errorCode !== 'NONE');
      if (refused !== undefined) throw new Error(`initial topic ${refused.name}: ${refused.errorMessage}`);
    });
  }
}
