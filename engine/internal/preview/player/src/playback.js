// The player: one presentation at a time, in the library that plays its format.

import { DashPlayer } from './players/dash.js';
import { HlsPlayer } from './players/hls.js';
import { NativePlayer } from './players/native.js';

const players = { dash: DashPlayer, smooth: DashPlayer, hls: HlsPlayer, 'hls-cmaf': HlsPlayer, native: NativePlayer };

/**
 * Playback owns the media player. It sends "loaded" when it has begun with a presentation and
 * "failed" when the player gives up, with {text, cannot} in `detail`: a sentence, and whether
 * this browser will never play it in this format.
 *
 * A player has these members: `library`, what plays; `range`, `seek`, `rendition`, and
 * `position`, as below; `goLive`, which goes to the live edge and returns whether it could;
 * `destroy`. It calls `tell(text, cannot)` when it gives up.
 */
export class Playback extends EventTarget {
  #video;
  #worker;
  #player = null;
  #mode = 'none';
  #resume = NaN;

  /** @param {string} worker address of the HLS player's worker, or '' */
  constructor(video, worker) {
    super();
    this.#video = video;
    this.#worker = worker;
  }

  /** 'none', 'live' or 'vod': what the loaded manifest was. */
  get mode() {
    return this.#mode;
  }

  /** What plays the loaded presentation: dash.js, hls.js, the video element, or null. */
  get player() {
    return this.#player?.library ?? null;
  }

  /** Loads a presentation in place of the one before; resume is where, after its beginning. */
  load(format, url, manifest, autoplay, resume = NaN) {
    this.unload();
    this.#mode = manifest.live ? 'live' : 'vod';
    this.#resume = resume;
    const tell = (text, cannot) => this.dispatchEvent(new CustomEvent('failed', { detail: { text, cannot } }));
    // The wall clock of a presentation that is shown late is late by as much.
    const shift = manifest.live ? Number(new URL(url).searchParams.get('time_shift')) || 0 : 0;
    const options = { video: this.#video, format, url, manifest, autoplay, tell, shift, worker: this.#worker };
    this.#player = new players[format.kind](options);
    this.dispatchEvent(new Event('loaded'));
  }

  unload() {
    const player = this.#player;
    this.#player = null;
    this.#mode = 'none';
    if (player) player.destroy();
  }

  /** Where the viewer can go, in seconds on the video element's clock; null when not known. */
  get range() {
    const range = this.#player?.range ?? null;
    if (range && this.#resume >= 0) {
      const at = range.start + this.#resume;
      this.#resume = NaN;
      if (at < range.end) this.#player.seek(at);
    }
    return range;
  }

  seek(seconds) {
    if (this.range) this.#player.seek(seconds);
  }

  /** Goes to the live edge; false when a fresh manifest must say where that is. */
  goLive() {
    return this.#mode === 'live' && this.#player.goLive();
  }

  /** The current position on the presentation's own timeline, or NaN. */
  position(facts) {
    return this.#player && facts ? this.#player.position(facts) : NaN;
  }

  /** Seconds of media ready to play after the current position. */
  get buffered() {
    const { buffered, currentTime } = this.#video;
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) <= currentTime + 0.1 && currentTime <= buffered.end(i)) {
        return buffered.end(i) - currentTime;
      }
    }
    return 0;
  }

  /** What is on screen, or heard without video, as {width, height, bitrate}; null when not known. */
  get rendition() {
    return this.#player?.rendition ?? null;
  }
}
