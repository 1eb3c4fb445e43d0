// The preview page's script: reads the page's JSON block, then keeps player and facts going.

import { Controls } from './controls.js';
import { Formats } from './formats.js';
import { Director } from './director.js';
import { LiveEdge } from './edge.js';
import { FactSheet, poll } from './facts.js';
import { wireLinks } from './links.js';
import { Playback } from './playback.js';
import { FormatSwitch } from './switch.js';

const STEP_MS = 1000;
const DRAW_MS = 250;

const LABELS = { play: 'Watch from the start', live: 'On air again: watch live' };

function main() {
  const boot = JSON.parse(document.getElementById('boot').textContent);
  const video = document.getElementById('video');
  const edge = new LiveEdge();
  const playback = new Playback(video, boot.worker && new URL(boot.worker, location.href).href);
  const formats = new Formats(boot.formats, video);
  const sheet = new FactSheet();
  wireLinks();

  // For tests and for the browser's console.
  window.pubpoint = {
    video, get player() { return playback.player; }, get mode() { return playback.mode; }, get format() { return formats.current?.kind; },
  };

  if (!formats.current) {
    curtain({ text: boot.formats.length
      ? 'This browser can play none of the formats of this page. The addresses below work in other players.'
      : 'This point has no address for this player.' });
    poll(boot.facts, (facts) => sheet.show(facts));
    return;
  }

  const director = new Director({ playback, video, edge, formats });
  const controls = new Controls({ video, playback, edge, facts: () => director.facts, live: () => director.act('live') });
  new FormatSwitch({ formats, director });
  director.addEventListener('message', (e) => curtain(e.detail));
  director.addEventListener('note', (e) => note(e.detail));
  document.getElementById('action').addEventListener('click', (e) => director.act(e.currentTarget.dataset.action));

  director.update(boot.first);
  poll(boot.facts, (facts) => {
    sheet.show(facts);
    director.update(facts);
  });
  setInterval(() => director.step(), STEP_MS);
  setInterval(() => controls.draw(), DRAW_MS);
}

// Covers the picture with a sentence, or with a button alone, or uncovers it.
function curtain({ text, action = '', format = '' }) {
  const box = document.getElementById('curtain');
  const button = document.getElementById('action');
  document.getElementById('message').textContent = text;
  box.hidden = !text && !action;
  box.dataset.bare = text ? 'no' : 'yes';
  button.dataset.action = action;
  button.textContent = action === 'next' ? `Try ${format}` : LABELS[action] || '';
  button.hidden = !action;
}

function note(text) {
  const box = document.getElementById('note');
  box.textContent = text;
  box.hidden = !text;
}

main();
