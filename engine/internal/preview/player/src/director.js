// What should be playing: brings the point's facts and the player together.

import { address, prospects } from './formats.js';
import { inspect, ManifestError } from './manifest.js';

// A live list is given time to grow before playback begins: with three fragments the player
// never asks too early. Where fragments are long, two do, and the odd early request is
// answered "not yet" and repeated.
const FIRST_FRAGMENTS = 3;
const FIRST_LONG_FRAGMENTS = 2;
const FIRST_SECONDS = 6;
const FIRST_CHUNKED_FRAGMENTS = 1;
const SOON = 1;
const PAUSES = [1, 2, 4, 8];

// A picture that stands still this long with newer media on the server is loaded again.
const STUCK_SECONDS = 10;
const BEHIND_SECONDS = 10;

// A picture that stands still this long after the event has ended has come to its end.
const ENDED_SECONDS = 2;

// Less than this in the buffer is nothing left to see.
const LEFT_SECONDS = 0.5;

/**
 * Director decides, once a second, whether to load, to wait or to leave alone. It never
 * interrupts a picture that moves: a live viewer sees the event to its end before the
 * recording takes its place, whatever the point's state says meanwhile.
 *
 * It sends "message" with {text, action, format} in `detail`; an empty text uncovers the picture.
 * The action "next" tries another format. It sends "format" when another format was chosen, and "note" with
 * a sentence, or '', on what is left out of the presentation.
 */
export class Director extends EventTarget {
  #playback;
  #video;
  #edge;
  #formats;
  #facts = null;
  #event = '';
  #loading = false;
  #failures = 0;
  #notBefore = 0;
  #trouble = '';
  #broken = '';
  #last = { time: -1, moved: 0 };
  #shown = '';
  #resume = NaN;
  #next = null;
  #given = false; // up, until the viewer wants something else or another event begins

  constructor({ playback, video, edge, formats }) {
    super();
    this.#playback = playback;
    this.#video = video;
    this.#edge = edge;
    this.#formats = formats;
    playback.addEventListener('failed', (e) => {
      if (e.detail.cannot) this.#cannot(e.detail.text);
      else this.#broken = e.detail.text;
    });
    video.addEventListener('playing', () => this.#say(''));
  }

  /** Takes new facts; null when the server did not answer. */
  update(facts) {
    if (facts && this.#facts && facts.event !== this.#facts.event) {
      this.#edge.reset();
      this.#formats.forgive();
      this.#given = false;
    }
    if (facts) {
      this.#facts = facts;
      if (facts.live) this.#edge.note(facts.edge, seconds() - facts.edgeAge);
      else this.#edge.reset();
    }
    this.step();
  }

  /** The newest facts, or null. */
  get facts() {
    return this.#facts;
  }

  /** Looks at everything once and acts on it. */
  step() {
    const facts = this.#facts;
    if (!facts) return;
    const still = this.#still();
    if (this.#given) {
      if (!facts.playable) this.#given = false;
      return;
    }
    if (this.#playback.mode === 'none') {
      if (facts.playable) this.#open(true);
      else this.#wait();
      return;
    }
    if (this.#spent(still) && facts.playable && facts.live === (this.#playback.mode === 'live')) {
      this.#fail(this.#broken);
    } else if (this.#playback.mode === 'vod') this.#fromRecording(facts);
    else this.#fromLive(facts, still);
  }

  /** The viewer pressed the button on the curtain. */
  act(action) {
    if (action === 'play') this.#play();
    if (action === 'live') this.#goLive();
    if (action === 'next' && this.#next) this.switchTo(this.#next.kind);
  }

  /** The viewer wants to see it in this format. A recording goes on where it was. */
  switchTo(kind) {
    const { range, mode } = this.#playback;
    if (mode === 'vod' && range) this.#resume = this.#video.currentTime - range.start;
    const autoplay = mode !== 'vod' || !this.#video.paused;
    this.#formats.choose(kind);
    this.#change(autoplay);
  }

  #change(autoplay) {
    this.#playback.unload();
    this.#given = false;
    this.#trouble = '';
    this.dispatchEvent(new Event('format'));
    if (this.#facts?.playable) this.#reopen(autoplay);
    else this.step();
  }

  #goLive() {
    const same = this.#facts.live && this.#facts.event === this.#event;
    if (!same || this.#broken || this.#video.ended || !this.#playback.goLive()) this.#reopen(true);
    else if (this.#video.paused) this.#play();
  }

  // The player has given up and what it had loaded has been seen.
  #spent(still) {
    if (!this.#broken || still < ENDED_SECONDS) return false;
    return !this.#paused || this.#playback.buffered < LEFT_SECONDS;
  }

  // Whether the viewer has paused; a picture that has failed is paused by itself.
  get #paused() {
    return this.#video.paused && !this.#video.ended && !this.#video.error;
  }

  #fromLive(facts, still) {
    const paused = this.#paused;
    if (facts.playable && facts.live && facts.event === this.#event) {
      const behind = this.#edge.newest - this.#playback.position(facts);
      // What it plays has ended and the event has not: it was the one before.
      if (this.#video.ended && still > ENDED_SECONDS) this.#reopen(true);
      else if (!paused && still > STUCK_SECONDS && behind > BEHIND_SECONDS) {
        this.#fail('The picture stood still.');
      }
      return;
    }
    if (paused || still < ENDED_SECONDS) return;
    if (!facts.playable) {
      this.#playback.unload();
      this.#wait();
      return;
    }
    this.#reopen(facts.live);
  }

  #fromRecording(facts) {
    if (!facts.playable && this.#video.paused) {
      this.#playback.unload();
      this.#wait();
    } else if (facts.playable && (facts.live || facts.event !== this.#event)) {
      if (this.#video.paused) this.#reopen(facts.live);
      else this.#say('', facts.live ? 'live' : '');
    }
  }

  // Loads again what is there now. A live point plays by itself; a recording that follows
  // a broadcast waits for the viewer, so that nobody takes it for the broadcast.
  #reopen(autoplay) {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#open(autoplay);
  }

  async #open(autoplay) {
    if (this.#loading || seconds() < this.#notBefore) return;
    const { event, live, tracks } = this.#facts;
    const format = this.#formats.current;
    const { obstacle, silent } = prospects(format, tracks, this.#video);
    this.dispatchEvent(new CustomEvent('note', { detail: silent }));
    if (obstacle) {
      this.#cannot(obstacle);
      return;
    }
    this.#loading = true;
    const url = address(format, tracks);
    try {
      if (this.#playback.mode === 'none' && !this.#trouble) this.#say('Loading.');
      const manifest = await inspect(format.kind, url);
      if (format !== this.#formats.current) {
        this.#later(0);
      } else if (manifest.live !== live) {
        this.#later(SOON);
      } else if (!enough(manifest)) {
        this.#say('On air. Playback begins when the first seconds have arrived.');
        this.#later(SOON);
      } else {
        this.#start(format, url, manifest, event, autoplay);
      }
    } catch (cause) {
      if (!(cause instanceof ManifestError)) this.#fail(`The page failed: ${cause.message}`);
      else if (cause.final && format === this.#formats.current) this.#cannot(cause.message);
      else this.#fail(cause.message);
    } finally {
      this.#loading = false;
    }
  }

  #start(format, url, manifest, event, autoplay) {
    this.#event = event;
    this.#trouble = '';
    this.#broken = '';
    this.#last = { time: -1, moved: seconds() };
    this.#playback.load(format, url, manifest, autoplay, this.#resume);
    if (!autoplay && this.#resume >= 0) this.#say('');
    else if (!autoplay) this.#say('The broadcast has ended. This is its recording.', 'play');
    this.#resume = NaN;
  }

  // This browser will not play the presentation in this format. What the page chose by itself
  // is replaced by the next; a viewer's choice is not changed behind their back.
  #cannot(text) {
    this.#next = this.#formats.fail((format) => !prospects(format, this.#facts.tracks, this.#video).obstacle);
    if (this.#next && !this.#formats.asked) {
      this.#formats.take(this.#next.kind);
      this.#change(true);
      return;
    }
    this.#playback.unload();
    this.#given = true;
    const rest = this.#next ? `${this.#next.name} may play.` : 'The addresses below work in other players.';
    this.#say(`${text} ${rest}`, this.#next ? 'next' : '');
  }

  async #play() {
    this.#say('');
    try {
      await this.#video.play();
    } catch {
      this.#say('The browser did not allow playback to begin.', 'play');
    }
  }

  #fail(text) {
    const pause = PAUSES[Math.min(this.#failures, PAUSES.length - 1)];
    this.#failures++;
    this.#playback.unload();
    this.#trouble = `${text} Trying again in ${pause} s.`;
    this.#say(this.#trouble);
    this.#later(pause);
  }

  #later(pause) {
    this.#notBefore = seconds() + pause;
  }

  #wait() {
    this.#trouble = '';
    this.#failures = 0;
    const words = {
      starting: 'The point is starting. Playback begins by itself.',
      started: 'On air. Playback begins when the first seconds have arrived.',
      stopping: 'The broadcast is being closed. The recording follows.',
      stopped: 'The broadcast has ended and left no recording.',
      error: 'The point has failed. Playback begins by itself when it is well again.',
    };
    this.#say(words[this.#facts.state] || 'Nothing is on air. Playback begins by itself when an encoder sends.');
  }

  // How many seconds the picture has stood still.
  #still() {
    const now = seconds();
    const { currentTime } = this.#video;
    if (currentTime !== this.#last.time) {
      this.#last = { time: currentTime, moved: now };
      if (!this.#video.paused && currentTime > 0) this.#failures = 0;
    }
    return now - this.#last.moved;
  }

  #say(text, action = '') {
    if (`${text}|${action}` === this.#shown) return;
    this.#shown = `${text}|${action}`;
    this.dispatchEvent(new CustomEvent('message', { detail: { text, action, format: this.#next?.name } }));
  }
}

function enough({ live, fragments, seconds: length, chunked }) {
  if (!live) return fragments > 0;
  if (chunked) return fragments >= FIRST_CHUNKED_FRAGMENTS;
  return fragments >= FIRST_FRAGMENTS || (fragments >= FIRST_LONG_FRAGMENTS && length >= FIRST_SECONDS);
}

function seconds() {
  return performance.now() / 1000;
}
