// The player: dash.js with its Smooth Streaming part, set up for one presentation at a time.

import { MediaPlayer } from '../node_modules/dashjs/dist/modern/esm/dash.mediaplayer.min.js';
// Looked up by the player as window.dashjs.MssHandler when it is initialised.
import '../node_modules/dashjs/dist/modern/esm/dash.mss.min.js';

// Behind the live edge by this many fragments, and by at least this many seconds.
const DELAY_FRAGMENTS = 4;
const DELAY_SECONDS = 4;

// Fragments between the newest that may be asked for and the newest known, so that a
// fragment whose time is told ahead is not asked for before it exists.
const EDGE_MARGIN_FRAGMENTS = 1.5;

// The player's error for a live fragment that tells no next one.
const NO_LOOK_AHEAD = 200;

const settings = {
  debug: { logLevel: 0 },
  streaming: {
    // Smooth carries no wall clock; without this the player would ask a public time server.
    utcSynchronization: {
      enabled: false,
      useManifestDateHeaderTimeSource: false,
      enableBackgroundSyncAfterSegmentDownloadError: false,
      defaultTimingSource: { scheme: '', value: '' },
    },
    applyContentSteering: false,
    liveCatchup: { enabled: false },
    lastBitrateCachingInfo: { enabled: false },
    lastMediaSettingsCachingInfo: { enabled: false },
    // "Not yet" (412) is an ordinary answer at the live edge: ask again soon, give up late.
    retryAttempts: { MPD: 1, MediaSegment: 30, FragmentInfoSegment: 600 },
    retryIntervals: { MediaSegment: 500, FragmentInfoSegment: 1000 },
  },
};

/**
 * Playback owns the media player. It sends "loaded" when it has begun with a presentation and
 * "failed" with a sentence in `detail` when the player gives up.
 */
export class Playback extends EventTarget {
  #video;
  #player = null;
  #mode = 'none';
  #ready = false;

  constructor(video) {
    super();
    this.#video = video;
  }

  /** 'none', 'live' or 'vod': what the loaded manifest was. */
  get mode() {
    return this.#mode;
  }

  /** The dash.js player of the loaded presentation, or null. */
  get player() {
    return this.#player;
  }

  /** Loads a presentation in place of the one before. */
  load(url, manifest, autoplay) {
    this.unload();
    const player = MediaPlayer().create();
    this.#player = player;
    this.#mode = manifest.live ? 'live' : 'vod';
    player.updateSettings(settings);
    player.on(MediaPlayer.events.MANIFEST_LOADED, (e) => this.#onManifest(player, e.data, manifest));
    player.on(MediaPlayer.events.STREAM_INITIALIZED, () => { this.#ready = player === this.#player; });
    player.on(MediaPlayer.events.ERROR, (e) => this.#onError(player, e.error));
    player.initialize(this.#video, url, autoplay);
    this.dispatchEvent(new Event('loaded'));
  }

  unload() {
    const player = this.#player;
    this.#player = null;
    this.#mode = 'none';
    this.#ready = false;
    if (player) player.destroy();
  }

  /** Where the viewer can go, in seconds on the video element's clock. */
  get range() {
    if (!this.#ready) return null;
    if (this.#mode === 'live') {
      const window = this.#player.getDvrWindow();
      return window && Number.isFinite(window.end) ? { start: window.start, end: window.end } : null;
    }
    const end = this.#video.duration;
    return Number.isFinite(end) ? { start: 0, end } : null;
  }

  seek(seconds) {
    if (this.range) this.#player.seekToPresentationTime(seconds);
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

  /** The quality level on screen, or the audio one without video; null before it is known. */
  get rendition() {
    if (!this.#ready) return null;
    return this.#player.getCurrentRepresentationForType('video') || this.#player.getCurrentRepresentationForType('audio');
  }

  // The player derives its delay, its buffer and its DVR window from the length of the list
  // at the moment of loading. That is wrong for an event that has just begun: the window
  // would stay as short as it was then, and the buffer could come out as nothing. It takes
  // only video into account, too.
  #onManifest(player, parsed, manifest) {
    if (player !== this.#player || parsed?.type !== 'dynamic') return;
    const lists = parsed.Period[0].AdaptationSet
      .filter((set) => set.contentType === 'video' || set.contentType === 'audio')
      .map((set) => set.SegmentTemplate.SegmentTimeline);
    const available = Math.min(...lists.map((list) => list.duration));
    const fragment = Math.max(...lists.map((list) => list.duration / list.S.length));
    const delay = Math.min(Math.max(DELAY_FRAGMENTS * fragment, DELAY_SECONDS), available);
    const buffer = Math.max(delay - EDGE_MARGIN_FRAGMENTS * fragment, fragment / 2);
    if (Number.isFinite(manifest.windowSeconds)) {
      parsed.timeShiftBufferDepth = manifest.windowSeconds;
    }
    player.updateSettings({
      streaming: {
        delay: { liveDelay: delay },
        buffer: { bufferTimeDefault: buffer, bufferTimeAtTopQuality: buffer, bufferTimeAtTopQualityLongForm: buffer },
      },
    });
  }

  #onError(player, error) {
    if (player !== this.#player) return;
    // Told after the last fragment of an event that ended without look-ahead: the player
    // has all there is and plays on.
    if (error?.code === NO_LOOK_AHEAD) return;
    const detail = error?.message ? `The player stopped: ${sentence(error.message)}` : 'The player stopped.';
    this.dispatchEvent(new CustomEvent('failed', { detail }));
  }
}

function sentence(text) {
  const line = String(text).split('\n')[0].trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
