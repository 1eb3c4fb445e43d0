// The formats that this page can play, and which of them this browser plays best.

const REMEMBERED = 'pubpoint.format';
const BEST = ['hls-cmaf', 'dash', 'hls', 'smooth', 'native'];
const NAMES = { 'hls-cmaf': 'HLS CMAF', hls: 'HLS', dash: 'DASH', smooth: 'Smooth', native: 'Browser' };
const HLS_TYPE = 'application/vnd.apple.mpegurl';

// Codecs that can be asked about: RFC 6381, not a FourCC.
const ASKABLE = /^(avc[13]|hvc1|hev1|vp09|av01|mp4a|ac-3|ec-3)\b/;

/**
 * Formats knows what can be chosen, what is chosen and what has failed for good. A format is
 * {kind, name, url}; its url is absolute. The choice is remembered by the browser, unless the
 * page's address forces one (?format=hls-cmaf, hls, dash, smooth or native).
 */
export class Formats {
  #list;
  #current;
  #failed = new Set();

  /** Whether a viewer asked for the current format, or an address did. */
  asked = false;

  /** @param {{kind: string, url: string}[]} offered the formats of the point */
  constructor(offered, video) {
    const mse = Boolean(window.MediaSource || window.ManagedMediaSource);
    const list = mse ? offered.map(({ kind, url }) => entry(kind, url)) : [];
    const hls = offered.filter(({ kind }) => kind.startsWith('hls'));
    if (hls.length > 0 && video.canPlayType(HLS_TYPE)) list.push({ ...entry('native', ''), hls });
    this.#list = list;
    const order = rank();
    list.sort((a, b) => BEST.indexOf(a.kind) - BEST.indexOf(b.kind));
    const forced = new URLSearchParams(location.search).get('format');
    const wanted = list.find(({ kind }) => kind === (forced || recall()));
    this.asked = Boolean(wanted);
    this.#current = wanted || order.map((kind) => list.find((f) => f.kind === kind)).find(Boolean) || null;
  }

  get list() {
    return this.#list;
  }

  get current() {
    return this.#current;
  }

  /** Chooses a format because the viewer wants it. */
  choose(kind) {
    this.take(kind);
    this.asked = true;
    this.#failed.delete(kind);
    try {
      localStorage.setItem(REMEMBERED, kind);
    } catch {
      // A browser that keeps nothing chooses anew the next time.
    }
  }

  /** Chooses a format for this viewing only. */
  take(kind) {
    this.#current = this.#list.find((format) => format.kind === kind) || this.#current;
  }

  /**
   * Notes that the current format cannot be played, and returns the best of the others that
   * may be, as far as the browser tells (may), or null.
   */
  fail(may) {
    this.#failed.add(this.#current.kind);
    return rank().map((kind) => this.#list.find((f) => f.kind === kind))
      .find((format) => format && !this.#failed.has(format.kind) && may(format)) || null;
  }

  /** Everything may be tried again: another event has other media. */
  forgive() {
    this.#failed.clear();
  }
}

/** Where a format's manifest is, for the tracks that it has to play. */
export function address(format, tracks) {
  if (format.kind !== 'native') return format.url;
  // MPEG-TS is what every player of the kind takes, but it carries nothing newer than H.264.
  const transport = tracks.every(({ type, codec }) => type !== 'video' || codec.startsWith('avc'));
  const kind = transport ? 'hls' : 'hls-cmaf';
  const { url } = format.hls.find((offered) => offered.kind === kind) || format.hls[0];
  return new URL(url, location.href).href;
}

/**
 * What keeps this browser from playing the tracks in a format, and what it leaves out of them,
 * as far as it tells: {obstacle, silent}, each a sentence or ''.
 */
export function prospects(format, tracks, video) {
  const pictures = lost(format, tracks, 'video', video);
  const sound = lost(format, tracks, 'audio', video);
  if (pictures) return { obstacle: `This browser cannot play the picture (${pictures}).`, silent: '' };
  if (!sound) return { obstacle: '', silent: '' };
  const text = `This browser cannot play the sound (${sound}).`;
  // A variant of HLS is played whole or not at all; dash.js leaves out what it cannot play.
  const whole = !['dash', 'smooth'].includes(format.kind) || !tracks.some(({ type }) => type === 'video');
  return whole ? { obstacle: text, silent: '' } : { obstacle: '', silent: text };
}

// The codec of the tracks of a type when none of them can be decoded, or ''.
function lost(format, tracks, type, video) {
  const codecs = tracks.filter((track) => track.type === type).map((track) => track.codec);
  return codecs.length > 0 && !codecs.some((codec) => can(format, type, codec, video)) ? codecs[0] : '';
}

function can(format, type, codec, video) {
  if (!ASKABLE.test(codec)) return true;
  const mime = `${type}/mp4; codecs="${codec}"`;
  if (format.kind === 'native') return Boolean(video.canPlayType(mime));
  return (window.ManagedMediaSource || window.MediaSource).isTypeSupported(mime);
}

// Apple's browsers play HLS better than any script does; their devices without MediaSource
// play nothing else.
function rank() {
  return navigator.vendor.startsWith('Apple') ? ['native', ...BEST] : BEST;
}

function recall() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function entry(kind, url) {
  return { kind, name: NAMES[kind] || kind, url: url && new URL(url, location.href).href };
}
