// The few things the page must know of a Smooth client manifest before it hands it to the
// player: whether it is live, how far back it reaches, and whether there is enough to begin.

// A server that does not answer in this time, in milliseconds, is asked again.
const PATIENCE = 8000;

/** A manifest that could not be had: message is a sentence for the page. */
export class ManifestError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * Fetches and reads a client manifest. It goes past the browser's cache and renews it, so
 * that the player's own request, made right after, cannot get an older answer.
 * @returns {Promise<{live: boolean, windowSeconds: number, fragments: number, seconds: number}>}
 *   fragments and seconds are those of the shortest list of all audio and video streams;
 *   windowSeconds is the DVR window, Infinity for the whole event.
 */
export async function inspect(url) {
  let answer;
  try {
    answer = await fetch(url, { cache: 'reload', signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new ManifestError('The server does not answer.', 0);
  }
  if (!answer.ok) {
    throw new ManifestError(await refusal(answer), answer.status);
  }
  const doc = new DOMParser().parseFromString(await answer.text(), 'text/xml');
  const root = doc.documentElement;
  if (root.nodeName !== 'SmoothStreamingMedia') {
    throw new ManifestError('The server answered with something that is no Smooth Streaming manifest.', answer.status);
  }
  return read(root);
}

function read(root) {
  const number = (name) => Number(root.getAttribute(name)) || 0;
  const scale = number('TimeScale') || 1e7;
  const lists = [...root.getElementsByTagName('StreamIndex')]
    .filter((stream) => ['audio', 'video'].includes(stream.getAttribute('Type')))
    .map((stream) => measure(stream, scale));
  return {
    live: (root.getAttribute('IsLive') || '').toLowerCase() === 'true',
    windowSeconds: number('DVRWindowLength') / scale || Infinity,
    fragments: lists.length ? Math.min(...lists.map((list) => list.fragments)) : 0,
    seconds: lists.length ? Math.min(...lists.map((list) => list.seconds)) : 0,
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

/** A refusal in words: the server's own sentence when it sent one (RFC 9457). */
async function refusal(answer) {
  if ((answer.headers.get('Content-Type') || '').includes('problem+json')) {
    try {
      const problem = await answer.json();
      if (problem.detail || problem.title) return problem.detail || problem.title;
    } catch {
      // A broken problem document says no more than its status does.
    }
  }
  return `The server has no manifest to give (status ${answer.status}).`;
}
