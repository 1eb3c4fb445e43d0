// Addresses as this browser sees them, and the buttons that copy them.

const TOAST_MS = 2500;

/** Completes every address on the page and makes its copy button work. */
export function wireLinks() {
  const command = document.getElementById('command');
  for (const row of document.querySelectorAll('.link')) {
    const text = row.querySelector('.link-url');
    const full = new URL(row.dataset.address, location.href).href;
    // The server wrote the address it was asked by; behind a proxy that is not ours.
    if (command) command.textContent = command.textContent.replace(`"${text.textContent}"`, `"${full}"`);
    text.textContent = full;
    offerCopy(row.querySelector('.copy'), () => full);
  }
  if (command) offerCopy(document.getElementById('copy-command'), () => command.textContent);
}

function offerCopy(button, text) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const done = await copy(text());
    toast(done ? 'Copied.' : 'The browser did not allow copying. Select the text and press Ctrl+C.');
    if (!done) return;
    button.dataset.done = '';
    setTimeout(() => delete button.dataset.done, TOAST_MS);
  });
}

// The clipboard interface exists only on https and localhost; the older way serves the rest.
async function copy(text) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused, for want of focus or permission: the older way may still be allowed.
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'offscreen';
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  before?.focus();
  return done;
}

let timer = 0;

function toast(text) {
  const box = document.getElementById('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { box.hidden = true; }, TOAST_MS);
}
