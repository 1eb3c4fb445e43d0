// DASH, and Smooth Streaming, by dash.js.

import { MediaPlayer } from '../../node_modules/dashjs/dist/modern/esm/dash.mediaplayer.min.js';
// Looked up by the player as window.dashjs.MssHandler when it is initialised.
import '../../node_modules/dashjs/dist/modern/esm/dash.mss.min.js';
import { sentence } from './sentence.js';

// Smooth: behind the live edge by this many fragments, and by at least this many seconds.
const DELAY_FRAGMENTS = 4;
const DELAY_SECONDS = 4;

// Smooth: fragments between the newest that may be asked for and the newest known, so that a
// fragment whose time is told ahead is not asked for before it exists.
const EDGE_MARGIN_FRAGMENTS = 1.5;

// The player's errors: a live Smooth fragment that tells no next one, and media that the
// browser cannot decode.
const NO_LOOK_AHEAD = 200;
const CANNOT_DECODE = [32, 35];

const common = {
  debug: { logLevel: 0 },
  streaming: {
    applyContentSteering: false,
    lastBitrateCachingInfo: { enabled: false },
    lastMediaSettingsCachingInfo: { enabled: false },
    // "Not yet" is an ordinary answer at the live edge: ask again soon, give up late.
    retryAttempts: { MPD: 1, MediaSegment: 30, FragmentInfoSegment: 600 },
    retryIntervals: { MediaSegment: 500, FragmentInfoSegment: 1000 },
  },
};

// Smooth carries no wall clock; without this the player would ask a public time server.
const smooth = {
  streaming: {
    utcSynchronization: {
      enabled: false,
      useManifestDateHeaderTimeSource: false,
      enableBackgroundSyncAfterSegmentDownloadError: false,
      defaultTimingSource: { scheme: '', value: '' },
    },
    liveCatchup: { enabled: false },
  },
};

// The MPD names a clock of this server and the delay; no other clock may be asked.
const dash = {
  streaming: {
    retryAttempts: { MPD: 10 },
    utcSynchronization: { defaultTimingSource: { scheme: '', value: '' } },
  },
};

/** DashPlayer is one presentation in dash.js; see Playback for its members. */
export class DashPlayer {
  #video;
  #format;
  #manifest;
  #tell;
  #player;
  #ready = false;

  constructor({ video, format, url, manifest, autoplay, tell }) {
    this.#video = video;
    this.#format = format;
    this.#manifest = manifest;
    this.#tell = tell;
    this.#player = MediaPlayer().create();
    const player = this.#player;
    player.updateSettings(common);
    player.updateSettings(this.#smooth ? smooth : dash);
    player.on(MediaPlayer.events.MANIFEST_LOADED, (e) => this.#onManifest(e.data));
    player.on(MediaPlayer.events.STREAM_INITIALIZED, () => { this.#ready = true; });
    player.on(MediaPlayer.events.ERROR, (e) => this.#onError(e.error));
    player.initialize(video, url, autoplay);
  }

  destroy() {
    this.#tell = null;
    this.#player.destroy();
  }

  get library() {
    return this.#player;
  }

  get range() {
    if (!this.#ready) return null;
    if (this.#manifest.live) {
      const window = this.#player.getDvrWindow();
      return window && Number.isFinite(window.end) ? { start: window.start, end: window.end } : null;
    }
    const end = this.#video.duration;
    return Number.isFinite(end) ? { start: 0, end } : null;
  }

  seek(seconds) {
    this.#player.seekToPresentationTime(seconds);
  }

  /** For Smooth a fresh manifest alone says where live is. */
  goLive() {
    if (this.#smooth || !this.#ready) return false;
    this.#player.seekToOriginalLive();
    return true;
  }

  get rendition() {
    if (!this.#ready) return null;
    const shown = this.#player.getCurrentRepresentationForType('video') || this.#player.getCurrentRepresentationForType('audio');
    return shown && { width: shown.width, height: shown.height, bitrate: shown.bandwidth };
  }

  position(facts) {
    return this.#video.currentTime + (this.#smooth ? 0 : facts.origin);
  }

  get #smooth() {
    return this.#format.kind === 'smooth';
  }

  // For Smooth the player derives its delay, its buffer and its DVR window from the length of
  // the list at the moment of loading. That is wrong for an event that has just begun: the
  // window would stay as short as it was then, and the buffer could come out as nothing. It
  // takes only video into account, too.
  #onManifest(parsed) {
    if (!this.#tell || !this.#smooth || !parsed?.Period) return;
    bridge(parsed);
    if (parsed.type !== 'dynamic') return;
    const lists = parsed.Period[0].AdaptationSet
      .filter((set) => set.contentType === 'video' || set.contentType === 'audio')
      .map((set) => set.SegmentTemplate.SegmentTimeline);
    const available = Math.min(...lists.map((list) => list.duration));
    const fragment = Math.max(...lists.map((list) => list.duration / list.S.length));
    const delay = Math.min(Math.max(DELAY_FRAGMENTS * fragment, DELAY_SECONDS), available);
    const buffer = Math.max(delay - EDGE_MARGIN_FRAGMENTS * fragment, fragment / 2);
    if (Number.isFinite(this.#manifest.windowSeconds)) {
      parsed.timeShiftBufferDepth = this.#manifest.windowSeconds;
    }
    this.#player.updateSettings({
      streaming: {
        delay: { liveDelay: delay },
        buffer: { bufferTimeDefault: buffer, bufferTimeAtTopQuality: buffer, bufferTimeAtTopQualityLongForm: buffer },
      },
    });
  }

  #onError(error) {
    if (!this.#tell) return;
    // Told after the last fragment of an event that ended without look-ahead: the player
    // has all there is and plays on.
    if (this.#smooth && error?.code === NO_LOOK_AHEAD) return;
    this.#tell(sentence(error?.message), CANNOT_DECODE.includes(error?.code));
  }
}

// The player takes a gap between fragments, as a lost encoder leaves one, for the end of a
// recording: the fragment before it is said to reach until the next. Playing, it is skipped.
function bridge(parsed) {
  for (const { SegmentTemplate } of parsed.Period[0].AdaptationSet) {
    const list = SegmentTemplate.SegmentTimeline.S;
    list.forEach((s, i) => {
      if (i + 1 < list.length && s.t + s.d < list[i + 1].t) s.d = list[i + 1].t - s.t;
    });
  }
}
