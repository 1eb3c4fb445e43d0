// HLS by hls.js, with low latency where the playlists offer it.

import Hls from 'hls.js';
import { sentence } from './sentence.js';

// Bits per second taken for granted before anything is measured: an origin is near.
const FIRST_ESTIMATE = 8e6;

// What is kept behind the current position, in seconds.
const BACK_BUFFER = 60;

// How much faster a viewer of low latency may be played to catch up, as a factor.
const CATCH_UP = 1.05;

/** HlsPlayer is one presentation in hls.js; see Playback for its members. */
export class HlsPlayer {
  #video;
  #manifest;
  #tell;
  #hls;
  #recovered = false;
  #shift;
  #ahead = NaN; // of the wall clock of the media over the position, in seconds

  constructor({ video, url, worker, manifest, autoplay, tell, shift }) {
    this.#video = video;
    this.#manifest = manifest;
    this.#tell = tell;
    this.#shift = shift;
    this.#hls = new Hls({
      workerPath: worker || null,
      enableWorker: Boolean(worker),
      lowLatencyMode: true,
      maxLiveSyncPlaybackRate: manifest.chunked ? CATCH_UP : 1,
      backBufferLength: BACK_BUFFER,
      abrEwmaDefaultEstimate: FIRST_ESTIMATE,
    });
    this.#hls.on(Hls.Events.ERROR, (_, data) => this.#onError(data));
    this.#hls.on(Hls.Events.MANIFEST_PARSED, () => {
      // A refusal leaves the picture paused and the play button in place.
      if (autoplay) video.play().catch(() => video.dispatchEvent(new Event('pause')));
    });
    this.#hls.loadSource(url);
    this.#hls.attachMedia(video);
  }

  destroy() {
    this.#tell = null;
    this.#hls.destroy();
  }

  get library() {
    return this.#hls;
  }

  get range() {
    const details = this.#hls.latestLevelDetails;
    if (!details?.fragments.length) return null;
    if (this.#manifest.live) return { start: details.fragments[0].start, end: details.edge };
    const end = this.#video.duration;
    return Number.isFinite(end) ? { start: 0, end } : null;
  }

  seek(seconds) {
    const live = this.#manifest.live ? this.#hls.liveSyncPosition : null;
    this.#video.currentTime = live ? Math.min(seconds, live) : seconds;
  }

  goLive() {
    const live = this.#hls.liveSyncPosition;
    if (!live) return false;
    this.#video.currentTime = live;
    return true;
  }

  get rendition() {
    const level = this.#hls.levels[this.#hls.currentLevel];
    return level ? { width: level.width, height: level.height, bitrate: level.bitrate } : null;
  }

  position(facts) {
    const date = this.#hls.playingDate;
    if (date && !this.#video.seeking) this.#ahead = date.getTime() / 1000 - this.#video.currentTime;
    if (!facts.edgeClock) return NaN;
    return facts.edge - this.#shift - (facts.edgeClock - this.#ahead - this.#video.currentTime);
  }

  #onError(data) {
    if (!this.#tell || !data.fatal) return;
    const { MEDIA_ERROR } = Hls.ErrorTypes;
    const cannot = [
      Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR, Hls.ErrorDetails.BUFFER_ADD_CODEC_ERROR,
      Hls.ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR,
    ].includes(data.details);
    if (data.type === MEDIA_ERROR && !cannot && !this.#recovered) {
      this.#recovered = true;
      this.#hls.recoverMediaError();
      return;
    }
    this.#tell(sentence(data.error?.message || data.details), cannot);
  }
}
