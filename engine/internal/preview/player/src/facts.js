// The point's facts: polled, shown, handed on.

const INTERVAL = 2000;
const PATIENCE = 8000;

/** Asks for the facts every two seconds and calls back with them, or with null. */
export function poll(url, tell) {
  const ask = async () => {
    let facts = null;
    try {
      const answer = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
      if (answer.ok) facts = await answer.json();
    } catch {
      // Told as null: the page shows that the server is away and goes on asking.
    }
    setTimeout(ask, INTERVAL); // first, so that a failure of the page does not end the asking
    tell(facts);
  };
  setTimeout(ask, INTERVAL);
}

/** Shows the facts that stand outside the player. */
export class FactSheet {
  #$ = (id) => document.getElementById(id);
  #rows = '';

  show(facts) {
    if (!facts) {
      this.#reason('The server does not answer. The page goes on asking.');
      return;
    }
    this.#text('title', facts.title);
    document.title = `${facts.title} · Pubpoint`;
    this.#text('state-word', facts.stateWord);
    this.#$('chip').dataset.state = facts.state;
    const badge = facts.playable ? (facts.live ? 'LIVE' : 'VOD') : '';
    this.#text('badge', badge);
    this.#$('badge').dataset.badge = badge;
    this.#$('badge').hidden = !badge;
    this.#reason(facts.reason);
    this.#publish(facts.playable);
    this.#tracks(facts.tracks);
  }

  #publish(playable) {
    const card = this.#$('publish');
    if (!card) return;
    card.dataset.open = playable ? 'no' : 'yes';
    this.#$('publish-hint').hidden = playable;
  }

  #tracks(tracks) {
    const rows = JSON.stringify(tracks);
    if (rows === this.#rows) return;
    this.#rows = rows;
    this.#$('tracks').hidden = tracks.length === 0;
    this.#$('track-rows').replaceChildren(...tracks.map(trackRow));
  }

  #reason(text) {
    this.#text('reason', text);
    this.#$('reason').hidden = !text;
  }

  #text(id, text) {
    const element = this.#$(id);
    if (element.textContent !== text) element.textContent = text;
  }
}

function trackRow(track) {
  const language = track.language && track.language !== 'und' ? ` (${track.language})` : '';
  const size = track.width && track.height ? `${track.width}×${track.height}` : '';
  const bitrate = track.bitrate > 0 ? `${Math.round(track.bitrate / 1000)} kbit/s` : '';
  const row = document.createElement('tr');
  for (const [text, kind] of [[track.type], [track.name + language], [track.codec], [bitrate, 'num'], [size, 'num']]) {
    const cell = document.createElement('td');
    cell.textContent = text;
    if (kind) cell.className = kind;
    row.append(cell);
  }
  return row;
}
