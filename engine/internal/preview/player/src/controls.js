// The viewer's controls: buttons, seek bar, keys, and the numbers below the picture.

const STEP_SECONDS = 5;
const AT_LIVE_SECONDS = 3;

const $ = (id) => document.getElementById(id);

export class Controls {
  #video;
  #playback;
  #edge;
  #facts;
  #dragging = false;

  // How far behind live this viewing began: what "live" is for this player.
  #began = NaN;
  #live;

  constructor({ video, playback, edge, facts, live }) {
    this.#facts = facts;
    this.#live = live;
    this.#video = video;
    this.#playback = playback;
    this.#edge = edge;
    this.#wire();
  }

  /** Draws everything that moves. Called a few times a second. */
  draw() {
    const { range, mode } = this.#playback;
    $('controls').hidden = mode === 'none';
    $('unmute').hidden = mode === 'none' || !this.#video.muted || this.#video.paused;
    button('play', this.#video.paused ? 'play' : 'pause', this.#video.paused ? 'Play' : 'Pause');
    button('mute', this.#video.muted ? 'muted' : 'loud', this.#video.muted ? 'Sound on' : 'Sound off');
    $('golive').hidden = !this.#late(mode, range);
    // Chromium's own player tells no window of a live presentation.
    $('seek').hidden = $('clock').hidden = !range && mode !== 'none';
    if (range && !this.#dragging) this.#position(range, this.#video.currentTime);
    this.#numbers(mode, range);
  }

  #position(range, time) {
    const seek = $('seek');
    seek.min = range.start;
    seek.max = range.end;
    seek.value = time;
    const text = this.#playback.mode === 'live'
      ? `−${clock(range.end - time)}`
      : `${clock(time)} / ${clock(range.end)}`;
    $('clock').textContent = text;
    seek.setAttribute('aria-valuetext', text);
  }

  #numbers(mode, range) {
    const rendition = this.#playback.rendition;
    $('fact-rendition').textContent = rendition ? describe(this.#nominal(rendition)) : '–';
    $('fact-delay-name').textContent = mode === 'vod' ? 'Length' : 'Behind live';
    $('fact-delay').textContent = this.#delay(mode, range);
    $('fact-buffer').textContent = mode === 'none' ? '–' : tenths(this.#playback.buffered);
    const quality = this.#video.getVideoPlaybackQuality?.();
    $('fact-dropped').textContent = quality && quality.totalVideoFrames > 0
      ? `${quality.droppedVideoFrames} of ${quality.totalVideoFrames}`
      : '–';
  }

  #late(mode, range) {
    if (mode !== 'live' || !range || !(this.#video.currentTime > 0)) return false;
    const behind = this.#behind(range);
    const settled = !this.#video.seeking && this.#video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
    if (Number.isNaN(this.#began) && !settled) return false;
    if (Number.isNaN(this.#began)) this.#began = behind;
    return behind > this.#began + AT_LIVE_SECONDS;
  }

  #delay(mode, range) {
    if (mode === 'vod') return range ? clock(range.end) : '–';
    return mode === 'live' ? tenths(this.#behind(range)) : '–';
  }

  // HLS tells what a rendition takes with its sound, or nothing: the track's own bitrate is
  // shown for all formats, where its size, or being alone, says which track it is.
  #nominal(rendition) {
    const type = rendition.width ? 'video' : 'audio';
    const same = (this.#facts()?.tracks || [])
      .filter((t) => t.type === type && (type === 'audio' || (t.width === rendition.width && t.height === rendition.height)));
    return same.length === 1 ? { ...rendition, bitrate: same[0].bitrate } : rendition;
  }

  #behind(range) {
    const behind = this.#edge.moment(performance.now() / 1000) - this.#playback.position(this.#facts());
    if (!Number.isNaN(behind)) return Math.max(0, behind);
    return range ? Math.max(0, range.end - this.#video.currentTime) : NaN;
  }

  #wire() {
    const video = this.#video;
    $('play').addEventListener('click', () => this.#togglePlay());
    $('mute').addEventListener('click', () => { video.muted = !video.muted; this.draw(); });
    $('unmute').addEventListener('click', () => { video.muted = false; this.draw(); });
    // The player knows only what it has loaded; live is where a fresh manifest says it is.
    $('golive').addEventListener('click', () => this.#live());
    this.#playback.addEventListener('loaded', () => { this.#began = NaN; });
    $('full').addEventListener('click', () => this.#toggleFull());
    $('seek').addEventListener('input', () => { this.#dragging = true; });
    $('seek').addEventListener('change', () => {
      this.#dragging = false;
      this.#playback.seek(Number($('seek').value));
    });
    video.addEventListener('click', () => this.#togglePlay());
    document.addEventListener('keydown', (e) => this.#key(e));
    for (const name of ['play', 'pause', 'volumechange', 'seeked']) video.addEventListener(name, () => this.draw());
  }

  #key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, button, a, pre')) return;
    const step = { ArrowLeft: -STEP_SECONDS, ArrowRight: STEP_SECONDS }[e.key];
    if (step) this.#playback.seek(this.#within(this.#video.currentTime + step));
    else if (e.key === ' ' || e.key === 'k') this.#togglePlay();
    else if (e.key === 'm') this.#video.muted = !this.#video.muted;
    else if (e.key === 'f') this.#toggleFull();
    else return;
    e.preventDefault();
  }

  #within(time) {
    const range = this.#playback.range;
    return range ? Math.min(Math.max(time, range.start), range.end) : time;
  }

  #togglePlay() {
    if (this.#playback.mode === 'none') return;
    if (!this.#video.paused) this.#video.pause();
    // A refusal leaves the picture paused and the play button in place.
    else this.#video.play().catch(() => this.draw());
  }

  #toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if ($('screen').requestFullscreen) $('screen').requestFullscreen().catch(() => this.draw());
    else this.#video.webkitEnterFullscreen?.();
  }
}

function button(id, icon, label) {
  const element = $(id);
  if (element.dataset.icon === icon) return;
  element.dataset.icon = icon;
  element.setAttribute('aria-label', label);
}

function describe(rendition) {
  const size = rendition.width && rendition.height ? `${rendition.width}×${rendition.height}` : '';
  const rate = rendition.bitrate > 0 ? `${Math.round(rendition.bitrate / 1000)} kbit/s` : '';
  return [size, rate].filter(Boolean).join(' · ') || '–';
}

function tenths(seconds) {
  return Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : '–';
}

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, '0');
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
