// The row of buttons that switches between the formats.

/** Shows the formats that can be played here, and lets the viewer choose. */
export class FormatSwitch {
  #formats;
  #buttons;

  constructor({ formats, director }) {
    this.#formats = formats;
    this.#buttons = formats.list.map(({ kind, name }) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = name;
      button.dataset.format = kind;
      button.addEventListener('click', () => director.switchTo(kind));
      return button;
    });
    director.addEventListener('format', () => this.#draw());
    document.getElementById('formats').append(...this.#buttons);
    document.getElementById('formats').hidden = this.#buttons.length < 2;
    this.#draw();
  }

  #draw() {
    for (const button of this.#buttons) {
      button.setAttribute('aria-pressed', String(button.dataset.format === this.#formats.current.kind));
    }
  }
}
