// The few things the page must know of a manifest before it hands it to a player: whether it
// is live, how far back it reaches, and whether there is enough to begin.

import { readDash } from './reading/dash.js';
import { firstPlaylist, readHls } from './reading/hls.js';
import { readSmooth } from './reading/smooth.js';

// A server that does not answer in this time, in milliseconds, is asked again.
const PATIENCE = 8000;

/** A manifest that could not be had: message is a sentence for the page. */
export class ManifestError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }

  /** Whether the format has nothing for this presentation, now and later. */
  get final() {
    return this.status === 404 || this.status === 410;
  }
}

/**
 * Fetches and reads a manifest of a kind of format. It goes past the browser's cache and renews
 * it, so that the player's own request, made right after, cannot get an older answer.
 * @returns {Promise<{live: boolean, windowSeconds: number, fragments: number, seconds: number,
 *   chunked: boolean}>} fragments and seconds are those of the shortest list of all audio and
 *   video streams; windowSeconds is the DVR window, Infinity for the whole event; chunked says
 *   that media can be had before its fragment is complete.
 */
export async function inspect(kind, url) {
  const text = await get(url);
  const read = await reader(kind, url, text);
  if (!read) throw new ManifestError('The server answered with something that is no manifest.', 0);
  return read;
}

async function reader(kind, url, text) {
  if (kind === 'smooth') return readSmooth(text);
  if (kind === 'dash') return readDash(text);
  const playlist = firstPlaylist(text);
  return playlist && readHls(await get(new URL(playlist, url).href));
}

async function get(url) {
  let answer;
  try {
    answer = await fetch(url, { cache: 'reload', signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return await answer.text();
  } catch {
    throw new ManifestError('The server does not answer.', 0);
  }
  throw new ManifestError(await refusal(answer), answer.status);
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
