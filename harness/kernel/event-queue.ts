/**
 * The event queue: a hierarchical timing wheel that keeps the exact total order (dueAt, order of insertion).
 *
 * The wheel has three levels of 1,024 slots. A slot covers 1 µs, 1,024 µs or 1.05 s. An epoch is 2^30 µs; events of
 * later epochs wait in one overflow list. A slot is a circular doubly linked list in order of insertion. An event goes
 * to the lowest level whose block it shares with the cursor. When the cursor enters a block, the block's slot is dealt
 * out to the level below. The deal happens before any event can be inserted there directly, so every list stays in order
 * of insertion without a comparison of sequence numbers. Insertion, removal and (amortised) pop cost O(1) for any number
 * of waiting events. A cancelled event is removed at once.
 *
 * Invariants: cursor ≤ every event in the wheel; cursor ≤ the caller's now, hence ≤ every inserted event; a level-0 event
 * shares the cursor's block of 1,024 µs; a level-1 event shares the cursor's block of 2^20 µs but not its block of 1,024 µs.
 */
import { insist } from './harness-bug.js';
import { IDLE, type KernelEvent } from './kernel-event.js';

const SLOT_BITS = 10;
const SLOTS = 1 << SLOT_BITS;
const SLOT_MASK = SLOTS - 1;
const WORDS_PER_LEVEL = SLOTS >>> 5;
const LEVELS = 3;
const OVERFLOW_SLOT = LEVELS * SLOTS;
const EPOCH_MICROS = 1 << (SLOT_BITS * LEVELS);
const BLOCK_1 = 1 << SLOT_BITS;
const BLOCK_2 = 1 << (2 * SLOT_BITS);

export class EventQueue {
  /** The first event of each slot; its `previous` is the last. */
  readonly #heads: (KernelEvent | null)[] = new Array<KernelEvent | null>(OVERFLOW_SLOT + 1).fill(null);
  /** One bit per slot that holds events, and per level one word with a bit per non-zero word. */
  readonly #words = new Int32Array(LEVELS * WORDS_PER_LEVEL);
  #summary0 = 0;
  #summary1 = 0;
  #summary2 = 0;
  #epochStart = 0;
  /** The position of the wheel in microseconds since the start of the epoch. Only the blocks it lies in matter. */
  #cursor = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `event.dueMicros` must not lie before the latest limit given to `pop`, nor before the latest event popped. */
  insert(event: KernelEvent): void {
    this.#size++;
    this.#link(event, this.#slotFor(event.dueMicros), false);
  }

  /** Puts the event before all others that are due at its instant. */
  insertFirst(event: KernelEvent): void {
    this.#size++;
    this.#link(event, this.#slotFor(event.dueMicros), true);
  }

  remove(event: KernelEvent): void {
    this.#size--;
    this.#unlink(event);
  }

  /** Removes and returns the first event with dueMicros ≤ limitMicros; null when there is none. */
  pop(limitMicros: number): KernelEvent | null {
    while (this.#summary0 === 0) {
      if (!this.#refill(limitMicros)) {
        return null;
      }
    }
    const summary = this.#summary0;
    const wordIndex = 31 - Math.clz32(summary & -summary);
    const word = this.#words[wordIndex] as number;
    const slot = (wordIndex << 5) | (31 - Math.clz32(word & -word));
    const event = this.#heads[slot] as KernelEvent;
    if (event.dueMicros > limitMicros) {
      return null;
    }
    const next = event.next;
    if (next === event) {
      this.#heads[slot] = null;
      const rest = word & (word - 1);
      this.#words[wordIndex] = rest;
      if (rest === 0) {
        this.#summary0 = summary & (summary - 1);
      }
    } else {
      const last = event.previous;
      next.previous = last;
      last.next = next;
      this.#heads[slot] = next;
      event.next = event;
      event.previous = event;
    }
    event.slot = IDLE;
    this.#size--;
    return event;
  }

  /** Removes every waiting event that `choose` selects and returns them in the order in which they would have fired. */
  extract(choose: (event: KernelEvent) => boolean): KernelEvent[] {
    const chosen: KernelEvent[] = [];
    for (const head of this.#heads) {
      let event = head;
      while (event !== null) {
        if (choose(event)) {
          chosen.push(event);
        }
        event = event.next === head ? null : event.next;
      }
    }
    for (const event of chosen) {
      this.remove(event);
    }
    return chosen.sort((left, right) => left.dueMicros - right.dueMicros || left.sequence - right.sequence);
  }

  #slotFor(dueMicros: number): number {
    const low = dueMicros - this.#epochStart;
    if (low >= EPOCH_MICROS) {
      return OVERFLOW_SLOT;
    }
    const apart = low ^ this.#cursor;
    if (apart < BLOCK_1) {
      return low & SLOT_MASK;
    }
    if (apart < BLOCK_2) {
      return SLOTS | ((low >>> SLOT_BITS) & SLOT_MASK);
    }
    return (2 * SLOTS) | (low >>> (2 * SLOT_BITS));
  }

  #link(event: KernelEvent, slot: number, first: boolean): void {
    event.slot = slot;
    const head = this.#heads[slot] as KernelEvent | null;
    if (head === null) {
      this.#heads[slot] = event;
      if (slot !== OVERFLOW_SLOT) {
        this.#markFull(slot);
      }
      return;
    }
    const last = head.previous;
    event.next = head;
    event.previous = last;
    last.next = event;
    head.previous = event;
    if (first) {
      this.#heads[slot] = event;
    }
  }

  #unlink(event: KernelEvent): void {
    const slot = event.slot;
    const next = event.next;
    event.slot = IDLE;
    if (next === event) {
      this.#heads[slot] = null;
      if (slot !== OVERFLOW_SLOT) {
        this.#markEmpty(slot);
      }
      return;
    }
    const previous = event.previous;
    next.previous = previous;
    previous.next = next;
    if (this.#heads[slot] === event) {
      this.#heads[slot] = next;
    }
    event.next = event;
    event.previous = event;
  }

  #markFull(slot: number): void {
    const wordIndex = slot >>> 5;
    const word = this.#words[wordIndex] as number;
    this.#words[wordIndex] = word | (1 << (slot & 31));
    if (word === 0) {
      const bit = 1 << (wordIndex & 31);
      if (slot < SLOTS) {
        this.#summary0 |= bit;
      } else if (slot < 2 * SLOTS) {
        this.#summary1 |= bit;
      } else {
        this.#summary2 |= bit;
      }
    }
  }

  #markEmpty(slot: number): void {
    const wordIndex = slot >>> 5;
    const word = (this.#words[wordIndex] as number) & ~(1 << (slot & 31));
    this.#words[wordIndex] = word;
    if (word === 0) {
      const bit = 1 << (wordIndex & 31);
      if (slot < SLOTS) {
        this.#summary0 &= ~bit;
      } else if (slot < 2 * SLOTS) {
        this.#summary1 &= ~bit;
      } else {
        this.#summary2 &= ~bit;
      }
    }
  }

  /** Moves the cursor into the next block that holds events and deals the block out, unless the block begins after the limit. */
  #refill(limitMicros: number): boolean {
    if (this.#summary1 !== 0) {
      const index = this.#firstIndex(1, this.#summary1);
      return this.#enter((this.#cursor & ~(BLOCK_2 - 1)) | (index << SLOT_BITS), SLOTS | index, limitMicros);
    }
    if (this.#summary2 !== 0) {
      const index = this.#firstIndex(2, this.#summary2);
      return this.#enter(index << (2 * SLOT_BITS), (2 * SLOTS) | index, limitMicros);
    }
    return this.#enterNextEpoch(limitMicros);
  }

  #firstIndex(level: number, summary: number): number {
    const wordIndex = 31 - Math.clz32(summary & -summary);
    const word = this.#words[level * WORDS_PER_LEVEL + wordIndex] as number;
    return (wordIndex << 5) | (31 - Math.clz32(word & -word));
  }

  #enter(cursor: number, slot: number, limitMicros: number): boolean {
    if (this.#epochStart + cursor > limitMicros) {
      return false;
    }
    this.#cursor = cursor;
    const head = this.#heads[slot] as KernelEvent;
    this.#heads[slot] = null;
    this.#markEmpty(slot);
    this.#deal(head);
    return true;
  }

  #enterNextEpoch(limitMicros: number): boolean {
    const head = this.#heads[OVERFLOW_SLOT] as KernelEvent | null;
    if (head === null) {
      return false;
    }
    let earliest = head.dueMicros;
    for (let event = head.next; event !== head; event = event.next) {
      earliest = Math.min(earliest, event.dueMicros);
    }
    const start = earliest - (earliest % EPOCH_MICROS);
    if (start > limitMicros) {
      return false;
    }
    insist(start > this.#epochStart, 'an event waits in a past epoch');
    this.#epochStart = start;
    this.#cursor = 0;
    this.#heads[OVERFLOW_SLOT] = null;
    this.#deal(head);
    return true;
  }

  /** Inserts each event of a detached list, in order, into the slot for the current cursor. */
  #deal(head: KernelEvent): void {
    const last = head.previous;
    let event = head;
    for (;;) {
      const next = event.next;
      const isLast = event === last;
      event.next = event;
      event.previous = event;
      this.#link(event, this.#slotFor(event.dueMicros), false);
      if (isLast) {
        return;
      }
      event = next;
    }
  }
}
