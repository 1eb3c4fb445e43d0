// Reads an MPD (ISO/IEC 23009-1).

import { shortest } from './shortest.js';

/** What the page must know of it, as manifest.js says; null when it is something else. */
export function readDash(text) {
  const root = new DOMParser().parseFromString(text, 'text/xml').documentElement;
  if (root.localName !== 'MPD') return null;
  // A player begins in the newest Period, or reaches it from the one before.
  const periods = [...root.getElementsByTagName('Period')];
  const sets = periods.length ? [...periods.at(-1).getElementsByTagName('AdaptationSet')] : [];
  const lists = sets
    .filter((set) => ['audio', 'video'].includes(set.getAttribute('contentType')))
    .map(measure);
  const read = shortest(lists);
  if (periods.length > 1) read.fragments = Infinity;
  return {
    live: root.getAttribute('type') === 'dynamic',
    windowSeconds: Infinity,
    chunked: Boolean(root.querySelector('SegmentTemplate[availabilityTimeOffset]')),
    ...read,
  };
}

function measure(set) {
  const template = set.getElementsByTagName('SegmentTemplate')[0];
  const scale = Number(template?.getAttribute('timescale')) || 1;
  let fragments = 0;
  let ticks = 0;
  for (const s of template?.getElementsByTagName('S') || []) {
    const times = 1 + (Number(s.getAttribute('r')) || 0);
    fragments += times;
    ticks += times * (Number(s.getAttribute('d')) || 0);
  }
  return { fragments, seconds: ticks / scale };
}
