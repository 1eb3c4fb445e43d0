// Reads a Smooth client manifest.

import { shortest } from './shortest.js';

/** What the page must know of it, as manifest.js says; null when it is something else. */
export function readSmooth(text) {
  const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
  if (root.nodeName !== 'SmoothStreamingMedia') return null;
  const number = (name) => Number(root.getAttribute(name)) || 0;
  const scale = number('TimeScale') || 1e7;
  const lists = [...root.getElementsByTagName('StreamIndex')]
    .filter((stream) => ['audio', 'video'].includes(stream.getAttribute('Type')))
    .map((stream) => measure(stream, scale));
  return {
    live: (root.getAttribute('IsLive') || '').toLowerCase() === 'true',
    windowSeconds: number('DVRWindowLength') / scale || Infinity,
    chunked: false,
    ...shortest(lists),
  };
}

function measure(stream, rootScale) {
  const scale = Number(stream.getAttribute('TimeScale')) || rootScale;
  let fragments = 0;
  let ticks = 0;
  for (const c of stream.getElementsByTagName('c')) {
    const repeat = Number(c.getAttribute('r')) || 1;
    fragments += repeat;
    ticks += repeat * (Number(c.getAttribute('d')) || 0);
  }
  return { fragments, seconds: ticks / scale };
}
