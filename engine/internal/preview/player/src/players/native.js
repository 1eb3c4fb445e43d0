// HLS by the browser's own player.

const NOT_SUPPORTED = 4;

// Seconds before the end of what can be reached: nearer, the player would wait at once.
const LIVE_MARGIN = 6;

/** NativePlayer is one presentation in the video element alone; see Playback for its members. */
export class NativePlayer {
  #video;
  #manifest;
  #tell;
  #shift;
  #quiet = new AbortController();

  constructor({ video, url, manifest, autoplay, tell, shift }) {
    this.#video = video;
    this.#manifest = manifest;
    this.#tell = tell;
    this.#shift = shift;
    video.addEventListener('error', () => this.#onError(), { signal: this.#quiet.signal });
    video.src = url;
    // A refusal leaves the picture paused and the play button in place.
    if (autoplay) video.play().catch(() => video.dispatchEvent(new Event('pause')));
  }

  destroy() {
    this.#tell = null;
    this.#quiet.abort();
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  get library() {
    return this.#video;
  }

  get range() {
    const { seekable } = this.#video;
    if (!seekable.length || this.#video.readyState < HTMLMediaElement.HAVE_METADATA) return null;
    const end = seekable.end(seekable.length - 1);
    return Number.isFinite(end) && end > 0 ? { start: seekable.start(0), end } : null;
  }

  seek(seconds) {
    this.#video.currentTime = seconds;
  }

  goLive() {
    if (!this.#manifest.live || !this.range) return false;
    this.#video.currentTime = Math.max(this.range.start, this.range.end - LIVE_MARGIN);
    return true;
  }

  get rendition() {
    const { videoWidth, videoHeight } = this.#video;
    return videoWidth ? { width: videoWidth, height: videoHeight, bitrate: 0 } : null;
  }

  /** Known where the browser tells the wall clock of its media (Safari). */
  position(facts) {
    const began = this.#video.getStartDate?.().getTime() / 1000;
    if (!facts.edgeClock) return NaN;
    return facts.edge - this.#shift - (facts.edgeClock - began - this.#video.currentTime);
  }

  #onError() {
    const { error } = this.#video;
    if (!this.#tell || !error) return;
    this.#tell('The browser’s own player stopped.', error.code === NOT_SUPPORTED);
  }
}
