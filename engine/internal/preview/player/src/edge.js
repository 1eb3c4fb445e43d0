// Where "now" is on the presentation's own timeline.

// How long a sample counts. The presentation stands still while an encoder is away, and what
// was true before is too far ahead afterwards.
const KEEP_SECONDS = 6;

/**
 * LiveEdge estimates the live moment from the newest media the server has. The newest media
 * jumps by a whole fragment at a time; the earliest that one arrived, carried on by the local
 * clock, gives a steady line. Clocks of server and browser are never compared.
 */
export class LiveEdge {
  #samples = [];

  reset() {
    this.#samples = [];
  }

  /** @param {number} edge seconds, 0 when unknown; @param {number} at local seconds when it arrived */
  note(edge, at) {
    if (!(edge > 0)) return;
    if (this.#samples.length && edge < this.#samples.at(-1).edge) this.reset();
    this.#samples.push({ edge, at });
    this.#samples = this.#samples.filter((sample) => at - sample.at <= KEEP_SECONDS);
  }

  /** The live moment at the local time, or NaN when nothing is known. */
  moment(at) {
    if (this.#samples.length === 0) return NaN;
    return at + Math.max(...this.#samples.map((sample) => sample.edge - sample.at));
  }

  /** The newest edge told, or NaN. */
  get newest() {
    return this.#samples.at(-1)?.edge ?? NaN;
  }
}
