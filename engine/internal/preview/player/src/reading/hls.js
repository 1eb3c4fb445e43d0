// Reads HLS playlists (RFC 8216).

/** The address of the first media playlist of a multivariant playlist, or ''. */
export function firstPlaylist(text) {
  if (!text.startsWith('#EXTM3U')) return '';
  const lines = text.split(/\r?\n/);
  const variant = lines.findIndex((line) => line.startsWith('#EXT-X-STREAM-INF'));
  return variant < 0 ? '' : lines.slice(variant + 1).find((line) => line && !line.startsWith('#')) || '';
}

/** What the page must know of a media playlist, as manifest.js says; null when it is none. */
export function readHls(text) {
  if (!text.startsWith('#EXTM3U')) return null;
  const lengths = [...text.matchAll(/^#EXTINF:([0-9.]+)/gm)].map(([, length]) => Number(length));
  return {
    live: !/^#EXT-X-ENDLIST/m.test(text),
    windowSeconds: Infinity,
    chunked: /^#EXT-X-PART-INF/m.test(text),
    fragments: lengths.length,
    seconds: lengths.reduce((sum, length) => sum + length, 0),
  };
}
